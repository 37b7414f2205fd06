#!/bin/sh
# Demands that each option of a command, by its short or its long name, occurs in a command line below
# EXAMPLES of the manual page.
# Usage: examples_show_options.sh NSPLAY COMMAND [TREE]
set -eu
nsplay=$(realpath "$1")
command=$2
cd "${3:-$(dirname "$0")/../..}"

# Each word of each example of the command, without the value of a long option.
shown=$(
  awk -v command="$command" '
    $1 == ".Sh" { here = $2 == "EXAMPLES" }
    here && $2 == "nsplay" && $3 == command {
      for (i = 4; i <= NF && $i != "--"; i++) { sub(/=.*/, "", $i); print $i }
    }' man/nsplay.1
)
# An option is a line "-u --uts", or its long name alone.
options=$("$nsplay" "$command" --help | sed -nE 's/^ {2,6}(-[A-Za-z0-9], )?(--[a-z][a-z0-9-]*).*/\1\2/p' | tr -d ,)
[ -n "$options" ] || {
  echo "examples_show_options.sh: nsplay $command --help lists no option" >&2
  exit 1
}

missing=$(
  echo "$options" | while read -r names; do
    [ "${names##* }" != --help ] || continue
    echo "$shown" | grep -qxF -e "${names% *}" -e "${names#* }" || echo "${names#* }"
  done
)
[ -z "$missing" ] || {
  echo "examples_show_options.sh: man/nsplay.1 has no example of nsplay $command with: $(echo "$missing" | tr "\n" " ")" >&2
  exit 1
}
