#!/bin/sh
# Demands that no file puts work off and that no line ends in blanks.
# Usage: no_todo.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

search() {
  ! grep -rnI --exclude-dir=.git --exclude-dir=build --exclude-dir=corpus "$@" . >&2
}

bad=0
search -wE 'TO''DO|FIX''ME|XX''X' || bad=1
search -E '[[:blank:]]+$' || bad=1
[ $bad = 0 ] || echo 'no_todo.sh: work put off or blanks at a line end, see above' >&2
exit $bad
