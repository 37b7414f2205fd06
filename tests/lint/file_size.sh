#!/bin/sh
# Demands that no source of the program is longer than 400 lines.
# Usage: file_size.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

long=$(find lib apps -type f \( -name '*.h' -o -name '*.cc' \) -exec awk 'FNR == 401 { print FILENAME }' {} +)
[ -z "$long" ] || {
  echo "file_size.sh: more than 400 lines: $(echo "$long" | tr "\n" " ")" >&2
  exit 1
}
