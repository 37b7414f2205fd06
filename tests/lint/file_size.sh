#!/bin/sh
# Demands that no source and no script, of the program or of its tests, is longer than 400 lines.
# Usage: file_size.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

# A file is a script when its first line says what runs it; below tests everything is source or script.
long=$(
  find lib apps tests cmake completions -path tests/fuzz/corpus -prune -o -type f -exec awk '
    FNR == 1 { counts = FILENAME ~ /^tests\/|\.(h|cc)$/ || /^#!/ }
    counts && FNR == 401 { print FILENAME }' {} +
)
[ -z "$long" ] || {
  echo "file_size.sh: more than 400 lines: $(echo "$long" | tr "\n" " ")" >&2
  exit 1
}
