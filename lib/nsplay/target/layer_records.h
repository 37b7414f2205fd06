#pragma once

// Files that nsplay has mounted on themselves so that a namespace could be bound on them: empty
// files in the runtime directory, whose names say it all. So whoever unbinds the namespace later
// knows what else to undo.

#include <optional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::target {

class [[nodiscard]] LayerRecords {
 public:
  /// Errors: those of make_runtime_directory().
  static Result<LayerRecords> open_or_make();

  /// Empty: nothing is recorded.
  static Result<std::optional<LayerRecords>> open();

  [[nodiscard]] Result<> add(const sys::FileIdentity& file) const;
  [[nodiscard]] Result<bool> has(const sys::FileIdentity& file) const;
  [[nodiscard]] Result<> remove(const sys::FileIdentity& file) const;

 private:
  explicit LayerRecords(RuntimeDirectory runtime) : runtime_(std::move(runtime)) {}

  RuntimeDirectory runtime_;
};

}  // namespace nsplay::target
