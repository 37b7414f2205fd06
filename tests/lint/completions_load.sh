#!/bin/sh
# Demands that bash, zsh and fish load their completion and offer what fits.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

bad=0
demand() {
  shell=$1 file=$2 line=$3 wanted=$4
  offered=$("$here/completion/$shell.sh" "$file" "$line" | sed 's/[= ]*$//') || bad=1
  [ "$offered" = "$wanted" ] || {
    echo "completions_load.sh: $shell offers '$offered' for '$line', not '$wanted'" >&2
    bad=1
  }
}

for shell_and_file in bash:nsplay.bash zsh:_nsplay fish:nsplay.fish; do
  shell=${shell_and_file%%:*} file=completions/${shell_and_file#*:}
  demand "$shell" "$file" 'nsplay crea' create
  demand "$shell" "$file" 'nsplay create --host' --hostname
done
exit $bad
