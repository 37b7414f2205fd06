#!/bin/sh
# Demands that mandoc has nothing to say about the manual page.
set -eu
cd "$(dirname "$0")/../.."

# Which other pages are installed is the machine's business, not the page's.
found=$(mandoc -T lint -W style man/nsplay.1 2>&1 | grep -vE 'STYLE: referenced manual not found|outdated mandoc.db' || true)
[ -z "$found" ] || {
  echo "$found" >&2
  exit 1
}
