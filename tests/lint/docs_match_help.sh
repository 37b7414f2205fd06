#!/bin/sh
# Demands that --help, the manual page and the three completions have the same commands and options.
# Usage: docs_match_help.sh NSPLAY [TREE]
#
# The completions are asked, not read: what a shell offers for a line is what counts. In the manual
# page the list items ".It Fl …" below ".Ss COMMAND" are options of that command, those elsewhere of
# any; a command is a ".Ss COMMAND" or an item ".It Cm COMMAND".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
nsplay=$(realpath "$1")
cd "${2:-$here/../..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ZCOMPDUMP="$work/zcompdump"
bad=0

complain() {
  echo "docs_match_help.sh: $1" >&2
  bad=1
}

# Each option of a help text as one line: "-u --uts", "--hostname" or "-h".
options_in_help() {
  sed -nE -e 's/^ {2,6}(-[A-Za-z0-9], )?(--[a-z][a-z0-9-]*).*/\1\2/p' -e 's/^ {2}(-[A-Za-z0-9])( .*)?$/\1/p' |
    tr -d ,
}

commands_in_help() {
  awk '/^Commands:/ { on = 1; next } on && /^  [a-z]/ { print $1 } on && /^$/ { exit }'
}

# Lines "COMMAND OPTION"; the command is "-" where the page speaks of all of them. Commands
# themselves are lines "command NAME".
facts_in_page() {
  awk -v commands="$commands" '
    BEGIN { n = split(commands, list, /[ \n]+/); for (i = 1; i <= n; i++) known[list[i]] = 1; section = "-" }
    $1 == ".Sh" { section = "-" }
    $1 == ".Ss" {
      first = 2
      named = 0
      while ($first == "Nm" || $first == "Cm" || $first == "nsplay") { first++; named = 1 }
      section = ($first in known) ? $first : "-"
      if (section != "-" || named) print "command " $first
    }
    $1 == ".It" && ($2 == "Cm" || $2 == "Ic") { print "command " $3 }
    $1 == ".It" && $2 == "Fl" {
      flag = 0
      for (i = 2; i <= NF; i++) {
        word = $i
        gsub(/\\/, "", word)
        if (word == "Fl") flag = 1
        else if (word ~ /^[A-Z][a-z]$/) flag = 0
        else if (flag && word ~ /^-?[A-Za-z0-9]/) { sub(/[=\[].*/, "", word); print section " -" word }
      }
    }' man/nsplay.1
}

# What a shell offers for the command line "nsplay$1".
offered() {
  case $2 in
    bash) "$here/completion/bash.sh" completions/nsplay.bash "nsplay$1" ;;
    zsh) "$here/completion/zsh.sh" completions/_nsplay "nsplay$1" ;;
    fish) "$here/completion/fish.sh" completions/nsplay.fish "nsplay$1" ;;
  esac
}

# compare FILE-OF-WANTED FILE-OF-FOUND WHAT WHERE
compare() {
  sort -u "$1" >"$work/left"
  sort -u "$2" >"$work/right"
  for word in $(comm -23 "$work/left" "$work/right"); do
    complain "$3 $word of --help is missing in $4"
  done
  for word in $(comm -13 "$work/left" "$work/right"); do
    complain "$4 has the $3 $word, which --help has not"
  done
}

# check_completion " COMMAND" SHELL: a shell that offers the long name offers the option; it may
# offer the short one too.
check_completion() {
  offered "$1 -" "$2" >"$work/all" || bad=1
  sed -n 's/^\(-[^= ]\{1,\}\).*/\1/p' "$work/all" >"$work/offered"
  awk '{ print $NF }' "$work/help" >"$work/main"
  awk 'NF == 2 { print $1 }' "$work/help" | sort -u >"$work/short"
  sort -u "$work/offered" | grep -v '^--$' | comm -23 - "$work/short" >"$work/found"
  compare "$work/main" "$work/found" option "the completion of $2 for nsplay$1"
}

for file in man/nsplay.1 completions/nsplay.bash completions/_nsplay completions/nsplay.fish; do
  [ -e "$file" ] || complain "$file is missing"
done
[ $bad = 0 ] || exit 1
"$nsplay" help >"$work/overview"
commands=$(commands_in_help <"$work/overview")
[ -n "$commands" ] || complain 'nsplay help lists no command below "Commands:"'
facts_in_page >"$work/page"

echo "$commands" >"$work/wanted"
sed -n 's/^command //p' "$work/page" >"$work/found"
compare "$work/wanted" "$work/found" command man/nsplay.1
for shell in bash zsh fish; do
  offered ' ' $shell | grep -v '^-' >"$work/found" || true
  compare "$work/wanted" "$work/found" command "the completion of $shell"
done

: >"$work/every"
for command in '' $commands; do
  # Help has no options of its own.
  [ "$command" != help ] || continue
  "$nsplay" ${command:+"$command"} --help | options_in_help >"$work/help"
  [ -s "$work/help" ] || complain "nsplay${command:+ $command} --help lists no option"
  tr ' ' '\n' <"$work/help" >"$work/wanted"
  cat "$work/wanted" >>"$work/every"
  for shell in bash zsh fish; do
    check_completion "${command:+ $command}" $shell
  done
  # An option may be described where the page speaks of all commands; what stands below a command
  # has to be an option of it.
  sed -n -e "s/^- //p" -e "s/^${command:--} //p" "$work/page" | sort -u >"$work/described"
  for option in $(sort -u "$work/wanted" | comm -23 - "$work/described"); do
    complain "option $option of nsplay${command:+ $command} --help is missing in man/nsplay.1"
  done
  [ -n "$command" ] || continue
  sed -n "s/^$command //p" "$work/page" | sort -u >"$work/described"
  sort -u "$work/wanted" >"$work/left"
  for option in $(comm -13 "$work/left" "$work/described"); do
    complain "man/nsplay.1 has the option $option, which nsplay $command --help has not"
  done
done
sort -u "$work/every" >"$work/left"
sed -n 's/^- //p' "$work/page" | sort -u >"$work/described"
for option in $(comm -13 "$work/left" "$work/described"); do
  complain "man/nsplay.1 has the option $option, which no --help has"
done
exit $bad
