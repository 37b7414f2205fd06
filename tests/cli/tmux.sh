#!/bin/sh
# nsplay join in a window of tmux, as a person has it before him: a shell inside with job control, a
# full-screen program, a window that changes its size, and the terminal as it was afterwards.
# Usage: tmux.sh NSPLAY
set -eu
nsplay=$(realpath "$1")
work=$(mktemp -d)
export TMUX_TMPDIR="$work" LC_ALL=C.UTF-8
child=

tm() { env -u TMUX tmux -L nsplay -f /dev/null "$@"; }

clean_up() {
  tm kill-server 2>/dev/null || true
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  rm -f "$work"/tmux-*/nsplay "$work/before" "$work/after" "$work/lines" "$work/job"
  rmdir "$work"/tmux-* "$work" 2>/dev/null || true
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

screen() { tm capture-pane -p -t w; }

# Waits until the screen has a line that matches.
shows() {
  for _ in $(seq 200); do
    if screen | grep -Eq "$1"; then
      return
    fi
    sleep 0.05
  done
  echo "tmux.sh: the screen never shows '$1':" >&2
  screen >&2
  exit 1
}

hides() {
  for _ in $(seq 200); do
    if ! screen | grep -Eq "$1"; then
      return
    fi
    sleep 0.05
  done
  echo "tmux.sh: the screen still shows '$1'" >&2
  exit 1
}

# It says when it can be interrupted, and when it goes on.
cat >"$work/job" <<'END'
trap 'echo continued' CONT
echo started
while :; do sleep 0.1; done
END

keys() { tm send-keys -t w "$@"; }
types() { keys "$1" Enter; }

child=$("$nsplay" create -d -u -p -m 2>/dev/null)
tm new-session -d -s w -x 100 -y 30 sh
shows '^[#$]$'
types "PS1='out''side> '; stty -g >$work/before"
shows '^outside>$'
types "$nsplay join $child -- sh"
shows '^[#$]$'
types "PS1='in''side> '"
shows '^inside>$'

types 'tty; stty size | sed "s/^/size /"'
shows '^/dev/pts/[0-9]+'
shows '^size 30 100'
tm resize-window -t w -x 120 -y 40
types 'stty size | sed "s/^/size /"'
shows '^size 40 120'

# Ctrl-C ends what runs in the shell, not the shell, not nsplay.
types "sh $work/job"
shows '^started'
keys C-c
types "echo interrupted \$?"
shows '^interrupted 130'

# Ctrl-Z stops it, and the shell brings it back.
types "clear; sh $work/job"
hides '^interrupted'
shows '^started'
keys C-z
shows 'Stopped'
types 'fg'
shows '^continued'
keys C-c
types 'jobs | wc -l | sed "s/^/jobs /"'
shows 'jobs 0'

# A full-screen program has the whole window, and gives it back.
seq 500 >"$work/lines"
types "less $work/lines"
shows '^39$'
hides 'inside>'
keys q
shows '^inside>$'

types 'exit 7'
shows '^outside>$'
types "echo status \$?; stty -g >$work/after; cmp $work/before $work/after && echo restored"
shows '^status 7'
shows '^restored'
