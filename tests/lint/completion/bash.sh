#!/usr/bin/env bash
# Prints what bash offers at the end of a command line, one word a line.
# Usage: bash.sh COMPLETION-FILE LINE
file=$1
line=$2
# shellcheck source=/dev/null
[ ! -r /usr/share/bash-completion/bash_completion ] || . /usr/share/bash-completion/bash_completion
# Outside of a completion the builtin only complains.
compopt() { :; }
# shellcheck source=/dev/null
. "$file" || exit 1

COMP_LINE=$line
COMP_POINT=${#line}
COMP_TYPE=${COMP_TYPE:-9}
COMP_KEY=9
# bash makes words of their own of these.
read -ra COMP_WORDS <<<"$(sed -E 's/[:=]+/ & /g' <<<"$line")"
[[ $line != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMPREPLY=()
name=${COMP_WORDS[0]}
function=$(complete -p "$name" | sed -n 's/.* -F \([^ ]*\) .*/\1/p')
[ -n "$function" ] || { echo "bash.sh: $file completes nothing for $name" >&2; exit 1; }
"$function" "$name" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
