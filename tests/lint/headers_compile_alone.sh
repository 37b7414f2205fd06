#!/bin/sh
# Demands that each header of lib and apps compiles by itself. One that its own source includes first
# does when the source does, which lint.tidy compiles by itself; the others are compiled here.
# Usage: headers_compile_alone.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

is_included_first() {
  [ -e "${1%.h}.cc" ] && grep -m 1 '^#include' "${1%.h}.cc" | grep -Eq "[\"/]${1##*/}\""
}

headers() {
  find lib apps -name '*.h'
}

bad=0
for header in $(headers); do
  is_included_first "$header" ||
    c++ -std=c++20 -fsyntax-only -Wall -Wextra -Werror -Wno-unused -I lib -x c++ -include "$header" /dev/null || {
    echo "headers_compile_alone.sh: $header does not compile by itself" >&2
    bad=1
  }
done
exit $bad
