#!/bin/sh
# Tests the lint tests: each has to accept a small good tree and to refuse it with one thing wrong.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
bad=0

good_tree() {
  rm -rf "$tree"
  cp -r sample "$tree"
  mkdir -p "$tree/apps/nsplay" "$tree/tests/unit" "$tree/cmake"
  for layer in base sys ns ops render; do
    mkdir -p "$tree/lib/nsplay/$layer"
  done
  echo '#include "command.h"' >"$tree/apps/nsplay/main.cc"
  printf '%s\n' '#include <sys/types.h>' '#include "nsplay/base/error.h"' '// ::kill(1) is a comment' \
    'auto text = "::open(";' 'Result<Handle> Handle::open(int fd) { return sys::open(fd); }' \
    'Result<> kill(const Handle& handle);' '  TRY(handle.write("x", 1));' \
    '  return std::signal_name(session->wait());' '  const int kill = 9;' \
    >"$tree/lib/nsplay/ns/handle.cc"
  printf '%s\n' '#include <unistd.h>' 'int x = ::close(3);' >"$tree/lib/nsplay/sys/files.cc"
}

accepts() {
  good_tree
  output=$("$@" 2>&1) || {
    echo "self_test.sh: ${1##*/} refuses a good tree: $output" >&2
    bad=1
  }
}

# refuses FILE SED-SCRIPT CHECK…: FILE is changed by the script, or gets LINE added by "+LINE".
refuses() {
  file=$1 change=$2
  shift 2
  good_tree
  case $change in
    +*) echo "${change#+}" >>"$tree/$file" ;;
    *) sed -i "$change" "$tree/$file" ;;
  esac
  ! "$@" >/dev/null 2>&1 || {
    echo "self_test.sh: ${1##*/} accepts $file changed by: $change" >&2
    bad=1
  }
}

layers="$PWD/include_layers.sh $tree"
syscalls="$PWD/syscalls_only_in_sys.sh $tree"
docs="$PWD/docs_match_help.sh $tree/nsplay $tree"

# shellcheck disable=SC2086 # the checks are words
{
  accepts $layers
  refuses lib/nsplay/base/text.h '+#include "nsplay/sys/files.h"' $layers
  refuses lib/nsplay/render/table.h '+#include "nsplay/sys/files.h"' $layers
  refuses lib/nsplay/ns/handle.cc '+#include <nsplay/ops/join.h>' $layers
  refuses lib/nsplay/ns/handle.cc '+#include "kind.h"' $layers
  refuses apps/nsplay/main.cc '+#include "nsplay/util/all.h"' $layers

  accepts $syscalls
  refuses lib/nsplay/ns/handle.cc '+#include <unistd.h>' $syscalls
  refuses lib/nsplay/ops/join.cc '+#include <linux/nsfs.h>' $syscalls
  refuses apps/nsplay/main.cc '+  if (::kill(pid, 9) == 0) {' $syscalls
  refuses apps/nsplay/main.cc '+  return setns(fd, 0);' $syscalls
  for call in 'kill(1, 0);' 'write(1, "x", 1);' '_exit(1);' 'raise(9);' 'sigaction(9, &a, nullptr);' \
    'poll(&set, 1, 0);' 'mount("", "", "", 0, "");' 'p = mmap(p, 1, 2, 3, 4, 0);' 'ptrace(0, pid, 0, 0);' \
    'return read(fd, p, 1);' 'if (a && kill(pid, 9) == 0) {' 'run([] { exit(1); });' 'std::exit(1);' \
    'fmt::print("x");' 'std::puts("");' 'printf("x");' 'std::cout << 1;' 'std::cerr << 1;' 'f(stderr, 1);' \
    '#include <iostream>' '#include <cstdio>' 'std::abort();' 'return ::_exit(1);'; do
    refuses lib/nsplay/ns/handle.cc "+  $call" $syscalls
  done

  accepts $docs
  refuses nsplay 's/  inspect  /  explain  /' $docs
  refuses nsplay 's/--hostname/--nodename/' $docs
  refuses man/nsplay.1 's/Fl u ,/Fl x ,/' $docs
  refuses man/nsplay.1 's/Fl -json/Fl -yaml/' $docs
  refuses completions/nsplay.bash 's/--json//' $docs
  refuses completions/_nsplay 's/{-u,--uts}/{-u,--uts,--ipc}/' $docs
  refuses completions/nsplay.fish 's/-l detach/-l leave/' $docs

  examples="$PWD/examples_show_options.sh $tree/nsplay create $tree"
  accepts $examples
  refuses man/nsplay.1 's/ nsplay create -u/ nsplay create/' $examples
  refuses man/nsplay.1 's/--hostname=x/-- --hostname/' $examples

  headers="$PWD/headers_compile_alone.sh $tree"
  accepts $headers
  refuses lib/nsplay/base/alone.h '+struct Alone { Undeclared member; };' $headers

  accepts "$PWD/file_size.sh" "$tree"
  refuses lib/nsplay/ns/handle.cc "+$(yes '//' | head -n 400)" "$PWD/file_size.sh" "$tree"
  refuses tests/unit/handle_test.cc "+$(yes '//' | head -n 401)" "$PWD/file_size.sh" "$tree"
  refuses tests/unit/check "+#!/bin/sh$(yes '
:' | head -n 800)" "$PWD/file_size.sh" "$tree"
  accepts "$PWD/no_todo.sh" "$tree"
  refuses lib/nsplay/ns/handle.cc '+// TO''DO: the rest' "$PWD/no_todo.sh" "$tree"
  refuses lib/nsplay/ns/handle.cc '+int x; ' "$PWD/no_todo.sh" "$tree"
}
exit $bad
