#pragma once

// What /proc shows of processes, read without the library that is under test.

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/ns/kind.h"

namespace nsplay::test {

/// The direct children of a process, zombies too.
std::vector<pid_t> children_of(pid_t pid);

/// Those of the calling process; also where /proc numbers processes for another pid namespace.
std::vector<pid_t> own_children();

/// "uts:[4026531838]"; empty when it cannot be read. For the calling process: own_pid.
std::string namespace_link(pid_t pid, ns::Kind kind);

/// The inode in such a link.
std::uint64_t namespace_inode(pid_t pid, ns::Kind kind);

/// The kinds in which two processes differ, as far as their links can be read.
ns::KindSet different_kinds(pid_t one, pid_t other);

/// A file below /proc/PID, empty when it cannot be read.
std::string read_process_file(pid_t pid, const std::string& name);

/// Where a link below /proc/PID leads, empty when it cannot be read.
std::string read_process_link(pid_t pid, const std::string& name);

/// The descriptors of a process and what they are open on.
std::map<int, std::string> descriptors_of(pid_t pid);

/// Whether it has /dev/null as standard streams, and besides only what the kernel makes without a
/// file: signalfd, timerfd, pidfd. A pipe of the start may be open for a moment longer.
bool has_null_streams_and_no_file(pid_t pid);

/// A field of /proc/PID/stat, counted from 1 as in proc(5), from the third on.
std::string stat_field(pid_t pid, std::size_t number);

/// Every pid in /proc.
std::vector<pid_t> all_processes();

/// A thread of the kernel; none is visible in most containers.
std::optional<pid_t> kernel_thread();

/// A process that an ordinary user may not look into: one above this process, or, since root may
/// look into all, a child of root's that the test then looks at as an ordinary user.
std::optional<pid_t> process_of_another_user(pid_t child);

/// Whether this process may be looked at: its namespace links can be read.
bool is_readable_process(pid_t pid);

/// Asks until it is so, giving the processor away in between. False: it took too long. For what the
/// kernel tells nobody about, as when an init reaps an orphan.
bool eventually(const std::function<bool()>& condition);

/// How an own child ended, as a shell tells it. -1: it did not within the time.
int wait_for_child(pid_t pid);

}  // namespace nsplay::test
