#!/bin/sh
# TARGETs in bash, zsh and fish, as a person completes them: what nsplay says of a play, a process and
# a container, and that nothing a process calls itself is executed or breaks a line.
# Usage: completion.sh NSPLAY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
drivers=$here/../lint/completion
completions=$here/../../completions
work=$(mktemp -d)
mkdir "$work/bin" "$work/runtime"
chmod 700 "$work/runtime"
ln -s "$(realpath "$1")" "$work/bin/nsplay"
export PATH="$work/bin:$PATH" XDG_RUNTIME_DIR="$work/runtime" ZCOMPDUMP="$work/zcompdump" LC_ALL=C.UTF-8
play='' hostile='' keeper=''

clean_up() {
  [ -z "$play" ] || nsplay stop "$name" 2>/dev/null || true
  for pid in $play $hostile $keeper; do
    kill "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

bad=0
complain() {
  echo "completion.sh: $1" >&2
  bad=1
}

# offered SHELL LINE: what is offered, sorted, in one line.
offered() {
  case $1 in
    zsh) file=_nsplay ;;
    *) file=nsplay.$1 ;;
  esac
  "$drivers/$1.sh" "$completions/$file" "$2" | sort | tr '\n' ' ' | sed 's/ *$//'
}

# demand LINE WANTED [SHELL...]
demand() {
  line=$1 wanted=$2
  shift 2
  for shell in "${@:-bash zsh fish}"; do
    for one in $shell; do
      found=$(offered "$one" "$line") || bad=1
      [ "$found" = "$wanted" ] || complain "$one offers '$found' for '$line', not '$wanted'"
    done
  done
}

name=completed$$
play=$(nsplay create -d -u --name "$name" 2>/dev/null)
id=3f2a$(printf '%060d' $$)
# podman's conmon as far as nsplay knows it: a command line, and one child, which is an init.
cat >"$work/conmon" <<'END'
sleep 1000 &
trap "kill -KILL $!" TERM
echo $! >"$1"
wait
END
new_pid=-p
[ "$(id -u)" = 0 ] || new_pid=-Urp
unshare $new_pid bash -c 'exec -a conmon bash "$@"' - "$work/conmon" "$work/init" --cid "$id" --name "box$$" &
keeper=$!
# What would be run if any shell evaluated it.
# shellcheck disable=SC2016 # nobody expands it
bash -c 'exec -a "$1" sleep 1000' - "$(printf 'a\tb: \\$(touch %s)`touch %s`\nnext:\033[31m' "$work/ran" "$work/ran")" &
hostile=$!
for _ in $(seq 500); do
  [ -s "$work/init" ] && [ "$(tr -d '\0' <"/proc/$hostile/comm")" = sleep ] && break
  sleep 0.02
done

for command in join inspect diff tree holders; do
  demand "nsplay $command completed$$" "$name"
done
demand "nsplay stop completed$$" "$name"
demand "nsplay create --like completed$$" "$name"
demand "nsplay stop --in completed$$" "$name"
demand "nsplay stop box$$" ''
demand "nsplay join self" self
for shell in bash zsh fish; do
  for line in "nsplay join $hostile" "nsplay list --task $hostile"; do
    # Other pids may begin with the same digits.
    case " $(offered $shell "$line") " in
      *" $hostile "*) ;;
      *) complain "$shell does not offer $hostile for '$line'" ;;
    esac
  done
done
# 63 is a list of all, which shows what each is.
case $(export COMP_TYPE=63 && offered bash "nsplay join ") in
  *"$hostile"*touch*) ;;
  *) complain "bash does not say what $hostile is" ;;
esac
demand "nsplay list use" user:
demand "nsplay join box$$" "box$$"
demand "nsplay join $name box$$" ''
# bash replaces only what stands behind the last colon.
demand "nsplay join podman:box$$" "podman:box$$" zsh fish
demand "nsplay join podman:box$$" "box$$" bash
demand "nsplay join play:completed$$" "play:$name" zsh fish
demand "nsplay join podman:$id" "$id" bash
demand "nsplay join --net=podman:box$$" "box$$" bash
demand "nsplay join --net=podman:box$$" "podman:box$$" zsh
demand "nsplay join --net=podman:box$$" "--net=podman:box$$" fish
demand "nsplay join $work/ini" "$work/init" bash fish

becomes() {
  found=$("$drivers/bash_line.sh" "$completions/nsplay.bash" "$1") || bad=1
  [ "$found" = "$2" ] || complain "bash makes '$found' of '$1', not '$2'"
}
becomes "nsplay join podman:bo" "nsplay join podman:box$$ "
becomes "nsplay join podm" "nsplay join podman:box$$ "
becomes "nsplay join --net=podman:bo" "nsplay join --net=podman:box$$ "
becomes "nsplay join podman:box$$ un" "nsplay join podman:box$$ un"
becomes "nsplay list use" "nsplay list user:"

[ ! -e "$work/ran" ] || complain 'what a process calls itself was run'
[ $bad = 0 ]
