#pragma once

// A namespace that is held open. As long as the handle lives the namespace does, and its inode
// number belongs to no other.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ns {

/// What reports say about a namespace.
struct NamespaceRef {
  Kind kind = Kind::uts;
  std::uint64_t inode = 0;
  std::optional<std::uint64_t> id;  ///< NS_GET_ID, Linux 6.18
};

class [[nodiscard]] NamespaceHandle {
 public:
  NamespaceHandle() = default;

  /// Takes over a descriptor that is known to be a namespace of this kind.
  static Result<NamespaceHandle> adopt(sys::UniqueFd fd, Kind kind);

  /// The same of any kind, which the kernel tells. Errors: ENOTTY, it is no namespace; errno 0, its
  /// kind is none of ours.
  static Result<NamespaceHandle> adopt(sys::UniqueFd fd);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const sys::UniqueFd& fd() const noexcept { return fd_; }
  [[nodiscard]] const sys::FileIdentity& identity() const noexcept { return identity_; }

  /// "net:[4026532178]", as readlink(1) prints it.
  [[nodiscard]] std::string name() const;

  /// Kind, inode and, where the kernel has it, the id.
  [[nodiscard]] NamespaceRef ref() const;

 private:
  sys::UniqueFd fd_;
  Kind kind_ = Kind::uts;
  sys::FileIdentity identity_;
};

/// The one of this kind, if there is one.
const NamespaceHandle* find(const std::vector<NamespaceHandle>& handles, Kind kind) noexcept;

/// "net:[4026532178]".
std::string format_namespace(Kind kind, std::uint64_t inode);

/// The file of the caller's own, "/proc/self/ns/net".
std::string own_namespace_path(Kind kind);

/// Opens a file that is a namespace: a bind mount, /proc/PID/ns/net. Errors: those of open(2);
/// errno 0, it is something else.
Result<NamespaceHandle> open_namespace_file(const std::string& path);

/// The same of a file that O_PATH has opened.
Result<NamespaceHandle> open_namespace_place(const sys::UniqueFd& place, const std::string& path);

}  // namespace nsplay::ns
