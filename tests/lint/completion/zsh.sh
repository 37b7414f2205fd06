#!/bin/sh
# Prints what zsh offers at the end of a command line, one word a line.
# Usage: zsh.sh COMPLETION-FILE LINE
# zsh completes only where a line is edited, so it gets a terminal, and its compadd writes down what
# it is given instead of showing it. What zsh finds out about all its completions, in a second, is kept
# in the file that the variable ZCOMPDUMP names, if any.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
ln -s "$(realpath "$1")" "$home/_${2%% *}"

cat >"$home/.zshrc" <<'END'
PROMPT= RPROMPT=
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit
compinit -u -d ${ZCOMPDUMP:-$ZDOTDIR/dump}
zstyle ':completion:*' insert-tab false
zstyle ':completion:*' verbose false
compadd() {
  # With one of these the words go into an array, to be offered later.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a offered
  builtin compadd -A offered "$@"
  print -rl -- $offered >>$ZDOTDIR/offered
  builtin compadd "$@"
}
finish() { : >>$ZDOTDIR/offered; exit 0 }
comppostfuncs=(finish)
bindkey '^I' complete-word
: >$ZDOTDIR/ready
END

# shellcheck disable=SC2016 # zsh expands
ZDOTDIR=$home TERM=dumb timeout 20 zsh -f -c '
  zmodload zsh/zpty
  zpty editor zsh -i
  until [[ -e $ZDOTDIR/ready ]]; do zpty -r -t editor line || sleep 0.02; done
  zpty -w -n editor "$1"$'\''\t'\''
  while zpty -r editor line; do :; done
' zsh "$2" >/dev/null || true
[ -e "$home/offered" ] || { echo "zsh.sh: $1 completes nothing for: $2" >&2; exit 1; }
grep . "$home/offered" || true
