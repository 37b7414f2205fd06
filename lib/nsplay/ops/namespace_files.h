#pragma once

// Namespaces that live on in files: bind mounts that create makes before its child's program runs,
// all of them or none. For what takes them away again see unbinding.h.

#include <sys/types.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/narration.h"
#include "nsplay/sys/bind_mount.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {

/// Undoes with its end what it did, unless that is to be kept.
class [[nodiscard]] NamespaceFiles {
 public:
  NamespaceFiles() = default;
  NamespaceFiles(NamespaceFiles&& other) noexcept
      : files_(std::exchange(other.files_, {})), narrator_(std::move(other.narrator_)) {}
  NamespaceFiles& operator=(NamespaceFiles&& other) noexcept;
  NamespaceFiles(const NamespaceFiles&) = delete;
  NamespaceFiles& operator=(const NamespaceFiles&) = delete;
  ~NamespaceFiles() { undo(); }

  /// Makes the files that are missing, with a text that says so. Errors: usage, one file for two
  /// kinds; it is a namespace already, or another create's, or no regular file; those of open(2).
  static Result<NamespaceFiles> prepare(const std::map<ns::Kind, std::string>& files,
                                        const Narrator& narrator);

  /// Binds the namespaces of this child of ours on their files, in the mounts of the caller.
  /// Errors: those of mount(2).
  Result<> bind(pid_t child);

  /// The files stay.
  void keep() noexcept { forget(); }

 private:
  struct File {
    ns::Kind kind = ns::Kind::uts;
    sys::MountPlace place;
    sys::FileIdentity identity;
    sys::UniqueFd lock;  ///< against other creates
    int mounts = 0;      ///< on it, of ours
  };

  [[nodiscard]] Result<File> prepare_file(ns::Kind kind, const std::string& path) const;
  Result<> bind_namespace(File& file, const ns::NamespaceHandle& handle) const;
  Result<> bind_file(File& file, const ns::NamespaceHandle& handle) const;
  void undo_file(const File& file) const noexcept;
  void undo() noexcept;
  void forget() noexcept;

  std::vector<File> files_;
  Narrator narrator_;
};

}  // namespace nsplay::ops
