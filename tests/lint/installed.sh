#!/bin/sh
# Demands that what cmake --install puts in place is where it is looked for.
# Usage: tests/lint/installed.sh BUILD
set -eu
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

bad=0
# demand WHAT FILE DIRECTORY…: the file is in one of these directories.
demand() {
  what=$1 file=$2
  shift 2
  for directory; do
    [ ! -e "$root$directory/$file" ] || return 0
  done
  echo "installed.sh: with the prefix $prefix $what is not where it is looked for" >&2
  bad=1
}

for prefix in /usr /usr/local; do
  rm -rf "$root"
  DESTDIR=$root cmake --install "$build" --prefix "$prefix" >/dev/null
  demand nsplay nsplay "$prefix/bin"
  demand 'the manual page' nsplay.1 "$prefix/share/man/man1"
  demand 'the completion of bash' nsplay "$prefix/share/bash-completion/completions"
  # shellcheck disable=SC2016,SC2046 # the shells' own variables, a word for each directory
  demand 'the completion of zsh' _nsplay $(zsh -fc 'print -l $fpath')
  # shellcheck disable=SC2016,SC2046
  demand 'the completion of fish' nsplay.fish $(env -u XDG_DATA_DIRS -u XDG_CONFIG_HOME HOME="$work/home" fish -c 'string join \n $fish_complete_path')
done
exit $bad
