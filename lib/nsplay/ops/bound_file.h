#pragma once

// A file that a namespace is bound on, as create finds or makes it, and stop later.

#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/ops/narration.h"
#include "nsplay/sys/bind_mount.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

/// The text of a file that was not there before, by which stop knows it again.
constexpr std::string_view bound_file_mark =
    "nsplay create made this file for a namespace, and nsplay stop removes it.\n";

struct SplitPath {
  std::string parent;
  std::string name;
};

/// Usage error: it names no file.
Result<SplitPath> split_path(const std::string& path);

/// Errors: those of split_path(); those of opening the directory that the file is in.
Result<sys::MountPlace> place_of(const std::string& path);

/// What is at the place now, the uppermost mount there. No link is followed.
Result<sys::UniqueFd> open_uppermost(const sys::MountPlace& place);

Result<bool> is_namespace(const sys::UniqueFd& file, const sys::MountPlace& place);

/// Whether create made the file, and nobody has written to it since.
bool has_mark(const sys::MountPlace& place);

/// A file that no namespace is bound on any more.
Result<> remove_if_made(const sys::MountPlace& place, const Narrator& narrator = {});

}  // namespace nsplay::ops
