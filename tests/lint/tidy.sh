#!/bin/sh
# Runs clang-tidy over every source, two processes at a time. A source that was clean is not looked at
# again until it, a header of ours that it includes, its compiler options or the configuration changes.
#
# Most of the time of a check goes into the headers of the libraries. So those that look at one piece of
# code at a time read up to twelve sources as one; clang's analyzer, which follows the paths through
# functions, does that in the file that it is called for alone, and reads each source of ours by itself.
set -eu
cd "$(dirname "$0")/../.."

database=build/clang/compile_commands.json
cache=build/clang/tidy-cache
batches=build/clang/tidy-batches

# look DATABASE FILE [CHECKS]: shows what is found. Sources that call different things the same cannot
# be read as one, but one by one.
look() {
  found=$(clang-tidy -p "$1" ${3:+--checks="$3"} --quiet "$2" 2>&1) && return
  sources=${2%.cc}.sources
  if [ ! -e "$sources" ]; then
    echo "$2" >>"$batches/bad"
  elif echo "$found" | grep -q 'clang-diagnostic-error'; then
    each_is_clean=0
    while read -r source; do
      look build/clang "$source" "$3" || each_is_clean=1
    done <"$sources"
    return $each_is_clean
  else
    cat "$sources" >>"$batches/bad"
  fi
  echo "$found" | grep -vE '^[0-9]+ warnings? generated|^Suppressed [0-9]+ warnings|^Use -header-filter' >&2
  return 1
}

if [ "${1-}" = --look ]; then
  shift
  look "$@"
  exit
fi

rm -rf "$batches"
mkdir -p "$cache" "$batches" build/logs
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

# Sources with the same options in batches, N.cc, with a database of their own. The functions of
# commands, and the one of each fuzzer, are called the same, so that these are batches of one.
printf '%s' "$changed" | jq -R -s --arg here "$PWD/" --arg batches "$PWD/$batches/" \
  --slurpfile database "$database" '
  (split(" ") | map({key: ($here + .), value: true}) | from_entries) as $changed
  | [$database[0][] | select($changed[.file])
     | .options = (.command | sub(" -Wshadow"; "") | sub(" -o .*"; ""))
     | .apart = (.file | if test("_command.cc$|_fuzz.cc$|/main.cc$") then . else "" end)]
  | group_by([.options, .apart]) | [.[] | _nwise(12)] | to_entries
  | map(.file = $batches + "\(.key).cc"
        | .directory = .value[0].directory
        | .command = "\(.value[0].options) -c \"\(.file)\""
        | .sources = [.value[].file[($here | length):]] | del(.key, .value))
  ' >"$batches/batches.json"
jq 'map(del(.sources))' "$batches/batches.json" >"$batches/compile_commands.json"
jq -r '.[] | .file as $batch | .sources[] | [$batch, .] | @tsv' "$batches/batches.json" |
  while read -r batch source; do
    echo "#include \"$PWD/$source\"" >>"$batch"
    echo "$source" >>"${batch%.cc}.sources"
  done

# Lines DATABASE FILE [CHECKS].
jobs() {
  jq -r --arg batches "$batches" --arg here "$PWD/" '
    .[] | if (.sources | length) == 1 then "build/clang \(.sources[0])"
          else "\($batches) \(.file[($here | length):]) -clang-analyzer-*,-bugprone-suspicious-include",
               (.sources[] | select(test("^(lib|apps)/")) | "build/clang \(.) -*,clang-analyzer-*")
          end' "$batches/batches.json"
}

jobs | xargs -r -P 2 -L 1 tests/lint/tidy.sh --look || bad=1
touch "$batches/bad"
for source in $changed; do
  stamp=$cache/$(echo "$source" | tr / -)
  grep -Fqx "$source" "$batches/bad" || mv "$stamp.now" "$stamp.clean"
done
exit $bad
