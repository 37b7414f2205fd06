#pragma once

// What a /dev needs for programs to run: the table of create --dev.

#include <cstdint>
#include <span>
#include <string_view>

#include "nsplay/sys/mounts.h"

namespace nsplay::ops {

enum class DeviceKind : std::uint8_t {
  file_system,
  bound,  ///< the caller's own: in a user namespace nobody can make device files
  link,
  ipc,  ///< a file system of the ipc namespace, for whoever owns that
};

struct DeviceFile {
  std::string_view path;
  DeviceKind kind = DeviceKind::bound;
  sys::FileSystem file_system = {};
  std::string_view target = {};  ///< of a link
};

/// In the order in which they are made.
std::span<const DeviceFile> device_files() noexcept;

}  // namespace nsplay::ops
