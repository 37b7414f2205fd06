#pragma once

// What is mounted in the new mnt namespace of create: what was asked for, and what is prepared of
// it before the clone, so that the child (mount_steps.h) only makes system calls.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/mounts.h"

namespace nsplay::ops {

enum class Access : std::uint8_t { read_write, read_only };

struct BindRequest {
  std::string source;  ///< as the caller sees it; empty: a new tmpfs
  std::string destination;
  Access access = Access::read_write;
};

struct MountsRequest {
  std::optional<sys::Propagation> propagation;
  std::optional<std::string> root;
  std::vector<BindRequest> binds;  ///< and tmpfs, in the order in which they are mounted
  bool dev = false;
  std::optional<std::string> proc;    ///< where a new one is mounted
  std::optional<std::string> binfmt;  ///< where a new binfmt_misc is mounted; empty: in a new /proc
  std::vector<std::string> interpreters;         ///< definitions for it
  std::optional<std::string> working_directory;  ///< as it is called inside
};

/// SRC:DST, SRC:DST:ro. Usage error: it is neither.
Result<BindRequest> parse_bind(std::string_view text);

/// private, shared, slave, unchanged. Usage error: another word.
Result<sys::Propagation> parse_propagation(std::string_view text);

/// The kinds without which the request cannot be done.
ns::KindSet kinds_for(const MountsRequest& request);

/// Usage errors: options that contradict each other; a place that is the root directory.
Result<> check_mounts(const MountsRequest& request);

/// A file of the caller's, which is held, so that the child finds the same one in its own mount
/// namespace.
struct HeldFile {
  sys::UniqueFd file;
  std::string path;  ///< without symbolic links
  sys::FileIdentity identity;
};

/// A directory in which a name is made if it is not there.
struct WayPoint {
  std::string parent;
  std::string name;
};

enum class MountPoint : std::uint8_t { directory, file };

enum class Need : std::uint8_t {
  always,
  if_known,  ///< where the kernel has such a file system
};

struct PreparedMount {
  std::string option;                    ///< that asked for it, for messages
  std::optional<HeldFile> source;        ///< of a bind
  sys::FileSystem file_system;           ///< of all others
  std::vector<std::string> definitions;  ///< of interpreters, for a binfmt_misc
  std::string link;                      ///< instead of a mount, a symbolic link to this
  std::string destination;
  MountPoint mount_point = MountPoint::directory;
  Need need = Need::always;
  std::vector<WayPoint> way;  ///< to the destination, which is the last
  Access access = Access::read_write;
  std::vector<std::string> mounts_below;  ///< where those are then that are below the source
  std::uint64_t device = 0;               ///< of a new file system, once it is made
  sys::UniqueFd mounts;                   ///< made by the child before it leaves for the new root
};

struct MountPlan {
  sys::Propagation propagation = sys::Propagation::isolated;
  std::optional<HeldFile> root;
  sys::UniqueFd root_mounts;
  std::vector<PreparedMount> mounts;
  std::optional<std::string> working_directory;
};

/// `kinds` are those of the child. Errors: those of open(2) for what the caller named; no /proc.
Result<MountPlan> prepare_mounts(const MountsRequest& request, ns::KindSet kinds);

}  // namespace nsplay::ops
