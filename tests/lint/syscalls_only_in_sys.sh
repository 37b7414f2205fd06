#!/bin/sh
# Demands that only lib/nsplay/sys calls the kernel: nobody else includes the headers of the system
# calls, or calls what they declare. <sys/types.h> declares types and no call; <csignal> is there for
# the numbers of signals.
# Usage: syscalls_only_in_sys.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

sources() {
  find lib apps -path lib/nsplay/sys -prune -o -type f \( -name '*.h' -o -name '*.cc' \) -print
}

# The text as the compiler sees it: literals are emptied and comments dropped.
code() {
  sed -E -e "s/'([^'\\\\]|\\\\.)'/' '/g" -e 's/"([^"\\]|\\.)*"/""/g' -e 's|//.*$||' "$1"
}

headers='sys/[a-z_]+|linux/[a-z_/]+|asm/[a-z_/]+|net/[a-z_]+|netinet/[a-z_]+|unistd|fcntl|sched|signal|poll|grp|pwd'
headers="$headers|dirent|termios|pty|utmp|mntent|pthread|spawn|syscall"
# Names too special to be methods of ours; the others are caught by their "::".
calls='syscall|ioctl|setns|unshare|vfork|fork|clone3|execve|execveat|execvp|execv|waitpid|waitid|wait4|prctl'
calls="$calls|sethostname|setdomainname|setresuid|setresgid|setgroups|setsid|getpid|getppid|gettid|getuid|geteuid"
calls="$calls|getgid|getegid|pivot_root|umount2|chroot|fchdir|dup2|dup3|pipe2|openat|openat2|readlinkat|sigprocmask"
# Functions of the C library that are no system calls.
library='strerrorname_np|strerrordesc_np|sigabbrev_np|localtime_r|gmtime_r|wcwidth'

bad=0
for source in $(sources); do
  found=$(
    grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($headers)\\.h>" "$source" | grep -vF '<sys/types.h>' || true
    code "$source" | sed -E "s/::($library)\\(//g" |
      grep -nE "(^|[^A-Za-z0-9_>:])::[a-z_0-9]+\\(|(^|[^A-Za-z0-9_:.>])($calls)\\(|std::(raise|signal)\\(" || true
  )
  [ -n "$found" ] || continue
  echo "$found" | sed "s|^|syscalls_only_in_sys.sh: $source:|" >&2
  bad=1
done
exit $bad
