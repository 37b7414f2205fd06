#!/bin/sh
# Prints what fish offers at the end of a command line, one word a line.
# Usage: fish.sh COMPLETION-FILE LINE
set -eu
HOME=$(mktemp -d)
export HOME
trap 'rm -rf "$HOME"' EXIT
# No other file may answer for the command.
# shellcheck disable=SC2016 # fish expands
fish --no-config -c 'set fish_complete_path; source $argv[1]; or exit 1; complete -C $argv[2]' "$1" "$2" |
  cut -f 1
