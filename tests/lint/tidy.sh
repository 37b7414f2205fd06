#!/bin/sh
# Runs clang-tidy over every source, two at a time. A source that was clean is not looked at again
# until it, a header of ours that it includes, its compiler options or the configuration changes.
set -eu
cd "$(dirname "$0")/../.."

database=build/clang/compile_commands.json
cache=build/clang/tidy-cache
mkdir -p "$cache" build/logs
cmake --preset clang >build/logs/clang.log 2>&1 || {
  tail -n 20 build/logs/clang.log >&2
  echo 'tidy.sh: cannot configure the preset clang' >&2
  exit 1
}

# Each source with every file of the tree that it includes, directly or not. An include is matched
# by the end of the path, which may find a file too many and never one too few.
dependencies() {
  find lib apps tests -type f \( -name '*.h' -o -name '*.cc' \) -exec awk '
    FNR == 1 { files[++count] = FILENAME }
    /^[ \t]*#[ \t]*include[ \t]*"/ { split($0, part, "\""); names[FILENAME] = names[FILENAME] " " part[2] }
    END {
      for (i = 1; i <= count; i++) {
        for (tail = files[i]; tail != ""; tail = slash ? substr(tail, slash + 1) : "") {
          ending[tail] = ending[tail] " " files[i]
          slash = index(tail, "/")
        }
      }
      for (i = 1; i <= count; i++) if (files[i] ~ /\.cc$/) print closure(files[i])
    }
    function closure(source,    list, seen, todo, first, last, file, n, m, i, j, included, matches) {
      list = source; seen[source] = 1; todo[last = 1] = source
      for (first = 1; first <= last; first++) {
        n = split(names[todo[first]], included, " ")
        for (i = 1; i <= n; i++) {
          m = split(ending[included[i]], matches, " ")
          for (j = 1; j <= m; j++) {
            file = matches[j]
            if (file in seen) continue
            seen[file] = 1; todo[++last] = file; list = list " " file
          }
        }
      }
      return list
    }' {} +
}

configuration=$(
  clang-tidy --version
  find . -name build -prune -o -name .clang-tidy -exec cat {} +
)

fingerprint() {
  {
    echo "$configuration"
    jq -r --arg file "$PWD/$1" '.[] | select(.file == $file) | .command' "$database"
    cat "$@"
  } | sha256sum
}

known=$(jq -r '.[].file' "$database")
bad=0
changed=
while read -r source files; do
  echo "$known" | grep -Fqx "$PWD/$source" || {
    echo "tidy.sh: $source belongs to no target" >&2
    bad=1
    continue
  }
  stamp=$cache/$(echo "$source" | tr / -)
  # shellcheck disable=SC2086 # the names are words
  fingerprint "$source" $files >"$stamp.now"
  cmp -s "$stamp.now" "$stamp.clean" || changed="$changed$source "
done <<END
$(dependencies)
END

# shellcheck disable=SC2016 # the inner shell expands
printf '%s' "$changed" | tr ' ' '\n' | CACHE=$cache xargs -r -P 2 -n 1 sh -c '
  stamp=$CACHE/$(echo "$1" | tr / -)
  if found=$(clang-tidy -p build/clang --quiet "$1" 2>&1); then
    mv "$stamp.now" "$stamp.clean"
  else
    echo "$found" | grep -vE "^[0-9]+ warnings? generated|^Suppressed [0-9]+ warnings|^Use -header-filter" >&2
    exit 1
  fi' tidy || bad=1
exit $bad
