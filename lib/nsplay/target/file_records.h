#pragma once

// What nsplay did to a file so that a namespace could be bound on it: empty files in the runtime
// directory, whose names say it all. So whoever unbinds the namespace later knows what else to
// undo.

#include <optional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::target {

enum class FileFact {
  made,     ///< the file was not there before
  layered,  ///< it is mounted on itself, below the namespace
};

class [[nodiscard]] FileRecords {
 public:
  /// Errors: those of make_runtime_directory().
  static Result<FileRecords> open_or_make();

  /// Empty: nothing is recorded.
  static Result<std::optional<FileRecords>> open();

  [[nodiscard]] Result<> add(FileFact fact, const sys::FileIdentity& file) const;
  [[nodiscard]] Result<bool> has(FileFact fact, const sys::FileIdentity& file) const;
  [[nodiscard]] Result<> remove(FileFact fact, const sys::FileIdentity& file) const;

 private:
  explicit FileRecords(RuntimeDirectory runtime) : runtime_(std::move(runtime)) {}

  RuntimeDirectory runtime_;
};

}  // namespace nsplay::target
