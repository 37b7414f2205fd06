#pragma once

// The namespaces of a pinned process, and of the caller.

#include <array>
#include <optional>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ns {

/// Through the pidfd where the kernel has PIDFD_GET_*_NAMESPACE (Linux 6.11), else through the
/// pinned /proc directory. Errors: EACCES the caller may not look at the process (ptrace(2), access
/// mode PTRACE_MODE_READ_FSCREDS), ENOENT it is a zombie or the kernel lacks the kind, ESRCH it is
/// gone.
Result<NamespaceHandle> open_namespace(const procfs::PinnedProcess& process, Kind kind);

/// Those that a process keeps without being in them: that its next child will be in, and that its
/// threads are in without it. What may not be looked at, or ends meanwhile, is not there.
std::vector<NamespaceHandle> open_namespaces_beside(const procfs::ProcessDir& process);

/// Which namespaces the caller is in; a kind that the kernel lacks has none.
class OwnNamespaces {
 public:
  static Result<OwnNamespaces> read();

  [[nodiscard]] const std::optional<sys::FileIdentity>& of(Kind kind) const noexcept;

  /// Whether the caller is in this very namespace; the handle keeps the answer true.
  [[nodiscard]] bool contain(const NamespaceHandle& handle) const noexcept;

  /// The kinds that this kernel has.
  [[nodiscard]] KindSet known() const noexcept;

 private:
  std::array<std::optional<sys::FileIdentity>, kind_count> identities_;
};

}  // namespace nsplay::ns
