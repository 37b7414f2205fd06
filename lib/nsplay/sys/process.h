#pragma once

// What a process can do to itself and ask about itself. The functions marked noexcept may be called
// between a clone and an exec: they allocate nothing.

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>

#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

enum class Dumpable { no, yes };

pid_t own_pid() noexcept;

/// _exit(2): no destructor, no buffer, no handler of the parent runs in the child.
[[noreturn]] void exit_now(int status) noexcept;

/// PR_SET_DUMPABLE: whether others of the same user may look at this process and trace it.
void set_dumpable(Dumpable dumpable) noexcept;

/// PR_GET_DUMPABLE.
Dumpable own_dumpability() noexcept;

/// PR_SET_PDEATHSIG: this signal when the parent ends. Every change of credentials clears it again
/// (prctl(2)), so it has to be the last thing before an exec.
void set_parent_death_signal(int signal) noexcept;

/// setsid(2): away from the terminal.
void start_session() noexcept;

/// Whether this process leads its session: a terminal that hangs up tells its leader alone
/// (setsid(2)).
bool is_session_leader() noexcept;

/// Makes every descriptor from `first` on close-on-exec: close_range(2), Linux 5.11, else one by
/// one.
void close_on_exec_from(int first) noexcept;

/// Closes every descriptor from `first` on except these few; a missing one is -1.
void close_from(int first, std::initializer_list<int> kept) noexcept;

/// Closes the file in this process alone. The owner is left as it is: another process, whose memory
/// this one shares, has the descriptor still.
void close_here(const UniqueFd& file) noexcept;

/// Fills closed ones of the three standard streams with descriptors that can neither be read from
/// nor written to, so that no file opened later becomes one of them.
void occupy_standard_streams() noexcept;

/// Puts /dev/null in the place of standard input and output, so that they end when a program that
/// has them too closes them. Standard error stays.
void leave_input_and_output() noexcept;

/// stdin, stdout and stderr become `file`. The errno, 0 for success.
[[nodiscard]] int use_as_standard_streams(const UniqueFd& file) noexcept;

/// chdir(2); the errno, 0 for success.
[[nodiscard]] int change_directory(const char* path) noexcept;

/// The same for a path that somebody else has made: a link as /proc/PID/fd has them, which could
/// lead out of the root directory, is ELOOP. Before Linux 5.6 only chdir(2).
[[nodiscard]] int change_directory_without_magic(const char* path) noexcept;

/// fchdir(2); the errno, 0 for success.
[[nodiscard]] int change_directory(const UniqueFd& directory) noexcept;

/// Makes `directory` the root, and the working directory with it. The errno, 0 for success.
[[nodiscard]] int change_root(const UniqueFd& directory) noexcept;

/// Whether the working directory lies below the root, so that ".." cannot climb out of it.
bool working_directory_is_inside_root() noexcept;

/// Mount events of the outside still come in, ours do not go out: MS_REC|MS_SLAVE on "/". The
/// errno, 0 for success.
[[nodiscard]] int make_mounts_follow() noexcept;

/// A fresh sysfs on /sys, a fresh proc on /proc, mount(2). The errno, 0 for success.
[[nodiscard]] int mount_sys() noexcept;
[[nodiscard]] int mount_proc() noexcept;

}  // namespace nsplay::sys
