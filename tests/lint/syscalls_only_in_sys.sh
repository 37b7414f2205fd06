#!/bin/sh
# Demands that only lib/nsplay/sys calls the kernel: nobody else includes the headers of the system
# calls, or calls what they declare. And that nothing but the program's own output.cc writes to stdout or
# stderr, and that nobody ends the process behind the back of main(). <sys/types.h> declares types and no
# call; <csignal> and <cstdlib> are there for numbers, not for kill(2) and exit(3).
# Usage: syscalls_only_in_sys.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

sources() {
  find lib apps -path lib/nsplay/sys -prune -o -type f \( -name '*.h' -o -name '*.cc' \) -print
}

# The text as the compiler sees it: literals are emptied and comments dropped.
code() {
  sed -E -e "s/'([^'\\\\]|\\\\.)'/' '/g" -e 's/"([^"\\]|\\.)*"/""/g' -e 's|//.*$||'
}

one_of() {
  echo "$*" | sed 's/  */|/g'
}

headers=$(one_of 'sys/[a-z_]+' 'linux/[a-z_/]+' 'asm/[a-z_/]+' 'net/[a-z_]+' 'netinet/[a-z_]+' unistd fcntl \
  sched signal poll grp pwd dirent termios pty utmp mntent pthread spawn syscall stdio stdlib)
streams=$(one_of iostream ostream istream fstream cstdio print syncstream thread filesystem fmt/os.h fmt/ostream.h)

# Names too special to be methods of ours: not to be called unless qualified, and then as sys::NAME.
special=$(one_of syscall ioctl setns unshare vfork fork clone3 execve execveat execvp execv execl execlp \
  waitpid waitid wait4 prctl ptrace sethostname setdomainname setresuid setresgid setreuid setregid setuid \
  setgid setgroups setsid setpgid getpid getppid gettid getuid geteuid getgid getegid pivot_root umount \
  umount2 chroot chdir fchdir dup dup2 dup3 pipe2 openat openat2 creat readlink readlinkat unlinkat mkdir \
  rmdir mkfifo mknod fstat lstat fstatat ftruncate mmap munmap mprotect sigaction sigprocmask sigwait \
  sigwaitinfo sigsuspend raise killpg tgkill pidfd_open poll ppoll epoll_wait select nanosleep usleep sleep \
  alarm pause socketpair sendmsg recvmsg sendfile memfd_create setrlimit prlimit getrlimit quick_exit \
  abort _exit _Exit printf fprintf vprintf vfprintf puts fputs putchar fputc fwrite perror psignal system \
  popen)
# Names that a method of ours may have too: these are calls where a statement or an operand begins, not
# where a type stands before, as in a declaration. A read() of ours has one argument, or a literal first.
common=$(one_of kill write open close mount pipe send recv socket bind connect listen accept clone \
  exit signal stat access link unlink rename truncate)
# Of the standard library and fmt.
standard=$(one_of raise signal exit _Exit quick_exit abort terminate atexit system puts printf fprintf \
  vprintf vfprintf putchar fputs fputc fwrite perror cout cerr clog wcout wcerr print println fopen remove \
  rename)
# Functions of the C library that are no system calls.
library='strerrorname_np|strerrordesc_np|sigabbrev_np|localtime_r|gmtime_r|wcwidth'

begin='(^[[:space:]]*|[;{}(,=!?+|-][[:space:]]*|[^:]:[[:space:]]+|&&[[:space:]]*|(^|[^A-Za-z0-9_])return[[:space:]]+)'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each line's place, and the lines: one search of all of them takes less than one of each file.
sources >"$work/sources"
xargs awk '{ print FILENAME ":" FNR }' <"$work/sources" >"$work/places"
xargs cat <"$work/sources" >"$work/text"
code <"$work/text" | sed -E -e "s/::($library)\\(//g" >"$work/code"

includes() {
  grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<(($headers)\\.h|$streams)>" "$work/text" |
    grep -vF '<sys/types.h>'
}

calls() {
  grep -nE -e '(^|[^A-Za-z0-9_>:])::[A-Za-z_0-9]+\(' \
    -e "(^|[^A-Za-z0-9_:.>])($special)\\(" \
    -e "$begin($common)\\(" \
    -e "${begin}read\\([^\",)]*[,(]" \
    -e "std::($standard)([^A-Za-z0-9_]|\$)" \
    -e 'fmt::(print|println|vprint|vprintln)\(' \
    -e '(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)' "$work/code"
}

{ includes || true; calls || true; } >"$work/found"
awk -F : -v places="$work/places" '
  BEGIN { while ((getline place <places) > 0) place_of[++count] = place }
  { line = $0; sub(/^[0-9]+:/, "", line); print "syscalls_only_in_sys.sh: " place_of[$1] ":" line }
  ' "$work/found" >&2
[ ! -s "$work/found" ]
