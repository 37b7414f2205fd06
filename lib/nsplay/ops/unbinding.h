#pragma once

// nsplay stop FILE: takes a namespace away from the file that it is bound on.

#include <cstdint>
#include <optional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/sys/bind_mount.h"
#include "nsplay/target/layer_records.h"

namespace nsplay::ops {

/// What create made besides the mount: the file, and a mount of it on itself.
enum class Leftovers : std::uint8_t { undo, keep };

/// How it is done where the process is.
struct Unbinding {
  Result<> (*unbind)(const sys::MountPlace&) = &sys::unbind;
  Result<std::optional<target::LayerRecords>> records = std::nullopt;
  Leftovers leftovers = Leftovers::undo;
};

/// Takes the namespace away from its file, all of them if there are several, and removes the file
/// if it was made for that. Errors: errno 0, no namespace is bound there; those of umount2(2).
Result<> unbind_place(const sys::MountPlace& place, const Unbinding& how);

/// The same where the caller is.
Result<> unbind_namespace_file(const std::string& path);

/// Whether a namespace is bound there. False also when it cannot be told.
bool is_namespace_file(const std::string& path);

}  // namespace nsplay::ops
