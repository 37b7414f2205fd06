#!/bin/sh
# Demands that no known misspelling is in the tree. "nd" is a macro of the manual page, "passt" a package, "ons" a column of
# lsns; the others are
# typing errors that tests make on purpose.
set -eu
cd "$(dirname "$0")/../.."

codespell --ignore-words-list nd,craete,lits,ons,passt,selfs --skip './.git,./build,*/corpus/*' .
