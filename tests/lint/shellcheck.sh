#!/bin/sh
# Runs shellcheck over every shell script of the tree, known by its first line, over the
# completion for bash and over what tests/engines reads, which have none.
set -eu
cd "$(dirname "$0")/../.."

scripts=$(find . \( -name .git -o -name build -o -name corpus \) -prune -o -type f -exec awk '
  FNR == 1 && /^#!.*[ \/](sh|bash|dash)$/ { print FILENAME }
  FNR == 1 { nextfile }' {} +)
[ -n "$scripts" ] || { echo 'shellcheck.sh: no script found' >&2; exit 1; }
# shellcheck disable=SC2086 # no script has a blank in its name
shellcheck $scripts
shellcheck -s bash completions/nsplay.bash
# Parts of tests/engines/container, which sets and uses their variables.
shellcheck -s sh -e SC2034,SC2154 tests/engines/checks tests/engines/engine/*
