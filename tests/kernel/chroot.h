#pragma once

// Targets with a root of their own.

#include <string>

namespace nsplay::test {

/// The calling process sees the whole tree from `directory` on, and everything else is out of its
/// sight: what a container's runtime does. The working directory stays where it was. For the
/// `inside` of a target that has its own mounts.
void make_root_of(const std::string& directory);

/// The same with an empty file system.
void make_empty_root_of(const std::string& directory);

/// For the `inside` of a target that has its own mounts: nobody there can write to the file. Who
/// joins it keeps the test program out of its hands when it is that.
void make_read_only(const std::string& file);

/// In a mount namespace that this process makes: no new proc can be mounted from a user namespace.
void hide_a_part_of_proc();

/// The number of the mount that is a process's root.
std::string root_mount_of(const std::string& mountinfo);

}  // namespace nsplay::test
