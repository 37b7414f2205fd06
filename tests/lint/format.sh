#!/bin/sh
# Demands that every source is laid out as .clang-format says.
set -eu
cd "$(dirname "$0")/../.."

find lib apps tests -type f \( -name '*.h' -o -name '*.cc' \) -exec clang-format --dry-run --Werror {} +
