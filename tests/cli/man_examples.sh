#!/bin/bash
# Runs every command of the section EXAMPLES of the manual page: the lines that begin with "# " as root,
# those with "$ " as uid 65534. Each has to end with status 0, and to write what the page shows below
# it, if that shows anything. Pids in the page mean those of this run. Each example (one .Bd to .Ed) has a
# pid and net namespace, mounts and a /run of its own, in which nothing of it may be left at its end. What its
# commands need to be there is prepared by the names that occur in them.
# Usage: man_examples.sh NSPLAY [MANPAGE]
set -euo pipefail

fail() {
  echo "man_examples.sh: $*" >&2
  exit 1
}

# --- What the examples need ------------------------------------------------------------------------

as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

# Waits until a target has said that it is ready, with its pid in a file.
await() {
  for _ in $(seq 500); do
    [ ! -s "$1" ] || { cat "$1" && return; }
    sleep 0.01
  done
  fail "a target is not ready: $1"
}

# The pid, in this pid namespace, of what unshare(1) has started as pid 1 of another.
child_of() {
  for _ in $(seq 500); do
    pgrep -P "$1" && return
    sleep 0.01
  done
  fail "process $1 has no child"
}

# A container: a process that root, or the user, has made in namespaces of its own.
container() {
  local ready=$scratch/ready-$1
  rm -f "$ready"
  shift
  "$@" sh -c "echo ready >$ready; exec sleep 1000" >/dev/null &
  local maker=$!
  await "$ready" >/dev/null
  child_of "$maker"
}

container_of_root() { container root unshare -m -u -i -n -p -C -T -f --mount-proc; }
container_of_user() { container user setpriv --reuid=65534 --regid=65534 --clear-groups unshare -U -r -m -u -i -n -p -f; }

# Its mount namespace is owned by the user namespace above that of the process.
sandbox_of_user() {
  rm -f "$scratch/ready-sandbox"
  as_user unshare -U -r -m unshare -U -r sh -c "echo \$\$ >$scratch/ready-sandbox; exec sleep 1000" >/dev/null &
  await "$scratch/ready-sandbox"
}

# A process whose descriptor 5 is a socket of another network namespace.
proxy() {
  rm -f "$scratch/ready-proxy"
  # shellcheck disable=SC2016 # the variables are those of perl
  unshare -n perl -MPOSIX -MSocket -e '
    socket(my $socket, AF_INET, SOCK_STREAM, 0) or die;
    POSIX::dup2(fileno($socket), 5) or die;
    open(my $ready, ">", $ARGV[0]) or die;
    print($ready $$) && close($ready) or die;
    sleep 1000' "$scratch/ready-proxy" >/dev/null &
  await "$scratch/ready-proxy"
}

# The page's pid 4711: what it is follows from the command that takes it.
prepare_4711() {
  case $1 in
    *--user-parent*) sandbox_of_user ;;
    *' -N '*) proxy ;;
    *'$ nsplay'*4711*) container_of_user ;;
    *) container_of_root ;;
  esac
}

prepare_blue() { ip netns add blue; }

prepare_toolbox() {
  mount -t tmpfs tmpfs /opt
  mkdir -p /opt/toolbox/bin
  cp "$(command -v busybox)" /opt/toolbox/bin/sh
}

prepare_subordinate_ids() {
  for file in subuid subgid; do
    echo nobody:100000:65536 >"$scratch/$file"
    mount --bind "$scratch/$file" "/etc/$file"
  done
}

# A daemon that most machines do not have.
prepare_named() {
  printf '#!/bin/sh\nip -brief link\n' >"$scratch/bin/named"
  chmod 755 "$scratch/bin/named"
}

# A root directory of the user's, with a few programs.
prepare_root() {
  mkdir -p "$1/bin"
  cp "$(command -v busybox)" "$1/bin/sh"
  printf '#!/bin/sh\nexit 0\n' >"$1/bin/make"
  chmod 755 "$1/bin/make"
  chown 65534:65534 "$1"
}

prepare_roots() {
  mount -t tmpfs -o mode=755 tmpfs /srv
  prepare_root /srv/debian
  prepare_root /srv/arm64
  as_user mkdir "$HOME/src"
  printf '%s' ':aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00::/srv/arm64/bin/sh:F' \
    >aarch64.conf
}

# A tun device for all, and a way out of this net namespace.
prepare_way_out() {
  mknod -m 666 "$scratch/tun" c 10 200
  mount --bind "$scratch/tun" /dev/net/tun
  ip link add outer type veth peer name far
  ip link set far up
  ip link set outer up
  ip address add 192.0.2.2/24 dev outer
  ip route add default via 192.0.2.1
}

# What occurs in an example, and what it needs then.
prepare() {
  local commands=$1
  case $commands in */srv/*) prepare_roots ;; esac
  case $commands in *--net-user*) prepare_way_out ;; esac
  case $commands in *blue*) prepare_blue ;; esac
  case $commands in */opt/toolbox*) prepare_toolbox ;; esac
  case $commands in *--map-auto* | *--map-subids*) prepare_subordinate_ids ;; esac
  case $commands in *named*) prepare_named ;; esac
}

# --- One example, in its sandbox -------------------------------------------------------------------

# What of the page means something else in this run: "4711" and the like, as sed replaces it.
declare -A means=()

translated() {
  local text=$1 from
  # The longer ones first: 4711:120732 has 4711 in it.
  while read -r from; do
    [ -z "$from" ] || text=${text//"$from"/"${means[$from]}"}
  done < <(printf '%s\n' "${!means[@]}" | awk '{ print length, $0 }' | sort -rn | cut -d' ' -f2-)
  printf '%s' "$text"
}

# A last line of numbers that the page shows stands for what this run has printed.
learn() {
  local shown=${1##*$'\n'} seen=${2##*$'\n'}
  [[ $shown =~ ^[0-9]+(:[0-9]+)?$ ]] || return 0
  means[$shown]=$seen
  means[${shown%:*}]=${seen%:*}
}

# Blanks apart, the same.
same() { [ "$(tr -s ' ' <<<"$1" | sed 's/ $//')" = "$(tr -s ' ' <<<"$2" | sed 's/ $//')" ]; }

# Runs "# COMMAND" or "$ COMMAND", and compares what it writes with what the page shows.
run_command() {
  local line=$1 shown=$2 status=0
  local command seen run=()
  command=$(translated "${line#??}")
  [ "${line:0:1}" = '#' ] || run=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  "${run[@]}" timeout --foreground 60 bash -c "$command" </dev/null \
    >"$scratch/output" 2>"$scratch/errors" || status=$?
  commands_run=$((commands_run + 1))
  [ $status = 0 ] || fail "'$line' ends with status $status: $(cat "$scratch/errors")"
  [ -n "$shown" ] || return 0
  # What the page shows of standard error comes before the output.
  case $shown in nsplay:*) seen=$(cat "$scratch/errors" "$scratch/output") ;; *) seen=$(cat "$scratch/output") ;; esac
  learn "$shown" "$seen"
  same "$(translated "$shown")" "$seen" || fail "'$line' writes '$seen', and not '$shown'"
}

state() {
  pgrep -l . | grep -Ev ' (man_examples.sh|pgrep|grep)$' || true
  cat /proc/self/mountinfo
  find /run -xdev -not -type d -not -path "$scratch/*" | sort
}

run_example() {
  local text=$1 line='' shown='' next number
  commands_run=0
  mount -t tmpfs -o mode=755 tmpfs /run
  scratch=/run/example
  mkdir -p "$scratch/bin" "$scratch/user" "$scratch/work"
  chmod 777 "$scratch" "$scratch/user" "$scratch/work"
  cp "$nsplay" "$scratch/bin/nsplay"
  chown 65534:65534 "$scratch/user"
  chmod 700 "$scratch/user"
  export PATH=$scratch/bin:$PATH XDG_RUNTIME_DIR=$scratch/user HOME=$scratch/user TERM=dumb LC_ALL=C
  cd "$scratch/work"
  prepare "$text"
  for number in 4711 4712; do
    if grep -q "\<$number\>" <<<"$text" && ! grep -q "^$number" <<<"$text"; then
      means[$number]=$(prepare_4711 "$text")
    fi
  done
  state >"$scratch/before"
  while IFS= read -r next; do
    if [[ $line =~ [\|\\]$ && -z $shown ]]; then
      line+=$'\n'$next
    elif [[ $next =~ ^[#$]\  ]]; then
      [ -z "$line" ] || run_command "$line" "$shown"
      line=$next shown=
    else
      shown+=${shown:+$'\n'}$next
    fi
  done <<<"$text"
  [ -z "$line" ] || run_command "$line" "$shown"
  [ $commands_run -gt 0 ] || fail "this example has no command: $text"
  # What was ended may take a moment.
  for _ in $(seq 100); do
    state >"$scratch/after"
    ! cmp -s "$scratch/before" "$scratch/after" || break
    sleep 0.05
  done
  diff "$scratch/before" "$scratch/after" >&2 || fail "this is left of '$text'"
  find "$scratch/user" -mindepth 2 -type f | grep . && fail "plays are left of '$text'"
  echo "$commands_run"
}

# --- All of them -----------------------------------------------------------------------------------

nsplay=$(realpath "$1")
if [ "${2:-}" = --example ]; then
  run_example "$3"
  exit
fi
page=$(realpath "${2:-$(dirname "$0")/../../man/nsplay.1}")
self=$(realpath "$0")

mapfile -d '' -t examples < <(
  awk '
    $1 == ".Sh" { here = $2 == "EXAMPLES" }
    here && $1 == ".Ed" { printf "%s%c", text, 0; inside = 0 }
    here && inside { gsub(/\\e/, "\\"); text = text (text == "" ? "" : "\n") $0 }
    here && $1 == ".Bd" { inside = 1; text = "" }' "$page"
)
expected=$(awk '$1 == ".Sh" { here = $2 == "EXAMPLES" } here && /^[#$] / { n++ } END { print n + 0 }' "$page")
[ "$expected" -gt 0 ] || fail "$page has no example"
total=0
failed=0
for example in "${examples[@]}"; do
  if count=$(unshare --mount --net --pid --fork --kill-child --mount-proc "$self" "$nsplay" --example "$example"); then
    total=$((total + count))
  else
    failed=$((failed + 1))
  fi
done
[ $failed = 0 ] || fail "$failed of ${#examples[@]} examples fail"
[ $total = "$expected" ] || fail "$total of the $expected commands were run"
echo "$total commands of ${#examples[@]} examples were run"
