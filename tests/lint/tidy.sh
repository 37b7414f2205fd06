#!/bin/sh
# Runs clang-tidy over every source, two processes at a time. A source that was clean is not looked at
# again until it, a header of ours that it includes, its compiler options or the configuration changes.
#
# Most of the time of a check goes into the headers of the libraries. So those that look at one piece of
# code at a time read up to twelve sources that are written one after the other into one file. Clang's
# analyzer, which follows the paths through functions into others that it sees, would follow more of them
# there, and reads each source of lib and apps by itself; tests/.clang-tidy says why it reads no tests.
set -eu
cd "$(dirname "$0")/../.."

database=build/clang/compile_commands.json
cache=build/clang/tidy-clean
batches=build/clang/tidy-batches

# look DATABASE FILE [CHECKS]: shows what is found. Sources that call different things the same cannot be
# read as one, but one by one.
look() {
  found=$(clang-tidy -p "$1" ${3:+--checks="$3"} --quiet "$2" 2>&1) && return
  sources=${2%.cc}.sources
  if [ ! -e "$sources" ]; then
    echo "$2" >>"$batches/bad"
  elif echo "$found" | grep -q 'clang-diagnostic-error'; then
    each_is_clean=0
    while read -r _ source; do
      look build/clang "$source" "${3-}" || each_is_clean=1
    done <"$sources"
    return $each_is_clean
  else
    cut -d ' ' -f 2 "$sources" >>"$batches/bad"
    found=$(echo "$found" | in_sources "$2")
  fi
  echo "$found" | grep -vE '^[0-9]+ warnings? generated|^Suppressed [0-9]+ warnings|^Use -header-filter' >&2
  return 1
}

# in_sources BATCH: "BATCH:LINE:" as the file and line that it was written from.
in_sources() {
  awk -v batch="$PWD/$1:" -v sources="${1%.cc}.sources" '
    BEGIN { while ((getline line < sources) > 0) { split(line, part, " "); begin[++n] = part[1]; file[n] = part[2] } }
    index($0, batch) == 1 {
      rest = substr($0, length(batch) + 1)
      number = rest + 0
      for (i = n; i > 1 && begin[i] > number;) i--
      sub(/^[0-9]+/, number - begin[i] + 1, rest)
      $0 = file[i] ":" rest
    }
    { print }'
}

if [ "${1-}" = --look ]; then
  shift
  look "$@"
  exit
fi

rm -rf "$batches"
mkdir -p "$batches" build/logs
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

configuration=$({
  clang-tidy --version
  find . -name build -prune -o -name .clang-tidy -exec cat {} +
} | sha256sum | cut -d ' ' -f 1)

# fingerprints: a line for each source of a target: its name, and all that what is found depends on.
fingerprints() {
  {
    find lib apps tests -type f \( -name '*.h' -o -name '*.cc' \) -exec sha256sum {} + | sed 's/^/hash /'
    jq -r --arg here "$PWD/" '.[] | "command \(.file[($here | length):]) \(.command)"' "$database"
    dependencies
  } | awk -v configuration="$configuration" '
    $1 == "hash" { hash[$3] = $2; next }
    $1 == "command" { command[$2] = command[$2] $0; next }
    !($1 in command) { print "tidy.sh: " $1 " belongs to no target" >"/dev/stderr"; next }
    {
      line = $1 " " configuration " " command[$1]
      for (i = 1; i <= NF; i++) line = line " " hash[$i]
      print line
    }'
}

bad=0
touch "$cache"
fingerprints >"$cache.now" 2>"$cache.strangers"
[ ! -s "$cache.strangers" ] || {
  cat "$cache.strangers" >&2
  bad=1
}
changed=$(grep -Fvx -f "$cache" "$cache.now" | cut -d ' ' -f 1 | tr '\n' ' ')

# Sources with the same options in batches, N.cc, with a database of their own; one that has a main() is
# a batch of one.
echo "$changed" | jq -R -s --arg here "$PWD/" --arg batches "$PWD/$batches/" \
  --slurpfile database "$database" '
  (split(" ") | map({key: ($here + .), value: true}) | from_entries) as $changed
  | [$database[0][] | select($changed[.file])
     | .options = (.command | sub(" -Wshadow"; "") | sub(" -o .*"; ""))
     | .apart = (.file | if test("/main.cc$") then . else "" end)]
  | group_by([.options, .apart]) | [.[] | _nwise(12)] | to_entries
  | map(.file = $batches + "\(.key).cc"
        | .directory = .value[0].directory
        | .command = "\(.value[0].options) -c \"\(.file)\""
        | .sources = [.value[].file[($here | length):]] | del(.key, .value))
  ' >"$batches/batches.json"
jq 'map(del(.sources))' "$batches/batches.json" >"$batches/compile_commands.json"

# A macro between two sources lets the second one include what the first did. What is included by the
# place of the source is found there; the one function of all fuzzers has names of its own.
write_batches() {
  jq -r '.[] | .file as $batch | .sources[] | [$batch, .] | @tsv' "$batches/batches.json" |
    while read -r batch source; do
      touch "$batch"
      echo "#define LLVMFuzzerTestOneInput LLVMFuzzerTestOneInput$(wc -l <"$batch") // NOLINT" >>"$batch"
      echo "$(($(wc -l <"$batch") + 1)) $source" >>"${batch%.cc}.sources"
      beside=$PWD/$(dirname "$source")
      awk -v beside="$beside" '
        /^#include "/ {
          split($0, part, "\"")
          file = beside "/" part[2]
          if ((getline line < file) >= 0) $0 = "#include \"" file "\""
          close(file)
        }
        { print }
        END { print "#undef LLVMFuzzerTestOneInput" }' "$source" >>"$batch"
    done
}
write_batches

# Lines DATABASE FILE [CHECKS].
jobs() {
  jq -r --arg batches "$batches" --arg here "$PWD/" '
    .[] | if (.sources | length) == 1 then "build/clang \(.sources[0])"
          else "\($batches) \(.file[($here | length):]) -clang-analyzer-*",
               (.sources[] | select(test("^(lib|apps)/")) | "build/clang \(.) -*,clang-analyzer-*")
          end' "$batches/batches.json"
}

jobs | xargs -r -P 2 -L 1 tests/lint/tidy.sh --look || bad=1
touch "$batches/bad"
awk 'FILENAME == ARGV[1] { bad[$1] = 1; next } !($1 in bad)' "$batches/bad" "$cache.now" >"$cache"
exit $bad
