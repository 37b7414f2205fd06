#pragma once

// "Do I have capability C over user namespace U?": the kernel's own rule (cap_capable() in
// security/commoncap.c, user_namespaces(7)), asked without trying anything.

#include <sys/types.h>

#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/files.h"

namespace nsplay::ns {

/// The caller, as far as the rule asks.
class CapabilityRules {
 public:
  static Result<CapabilityRules> of_caller();

  /// Over the caller's own user namespace.
  [[nodiscard]] static bool has(sys::Capability capability);

  /// What setns(2) wants in the caller's own user namespace for a namespace of this kind, and the
  /// caller lacks: CAP_SYS_ADMIN, and for mnt CAP_SYS_CHROOT too. Empty: nothing.
  [[nodiscard]] static std::optional<sys::Capability> missing_to_join(Kind kind);

  /// Over this user namespace: held in it or in one that it lies in, or it was made by the caller's
  /// user from a namespace that the caller is in.
  [[nodiscard]] bool has_over(const NamespaceHandle& user_namespace,
                              sys::Capability capability) const;

  /// Over the user namespace that owns this namespace; false when that lies out of sight.
  [[nodiscard]] bool has_over_owner(const NamespaceHandle& handle,
                                    sys::Capability capability) const;

  [[nodiscard]] const sys::FileIdentity& user_namespace() const noexcept { return own_; }

 private:
  sys::FileIdentity own_;
  uid_t effective_uid_ = 0;
};

}  // namespace nsplay::ns
