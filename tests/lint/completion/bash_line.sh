#!/bin/sh
# Prints what bash makes of a command line when a person presses TAB behind it.
# Usage: bash_line.sh COMPLETION-FILE LINE
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cat >"$home/rc" <<END
PS1=
. '$(realpath "$1")'
bind 'set enable-bracketed-paste off'
bind -x '"\C-g": printf "%s\n" "\$READLINE_LINE" >"$home/line"; exit'
: >"$home/ready"
END
mkfifo "$home/keys"
TERM=dumb timeout 20 script -qec "bash --rcfile '$home/rc' --noprofile -i" /dev/null <"$home/keys" >/dev/null &
exec 3>"$home/keys"
tries=0
until [ -e "$home/ready" ] || [ $((tries += 1)) -gt 500 ]; do sleep 0.02; done
printf '%s\t\a' "$2" >&3
wait $! || true
exec 3>&-
cat "$home/line"
