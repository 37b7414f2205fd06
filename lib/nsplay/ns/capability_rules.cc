#include "nsplay/ns/capability_rules.h"

#include "nsplay/base/try.h"
#include "nsplay/ns/relations.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ns {

Result<CapabilityRules> CapabilityRules::of_caller() {
  CapabilityRules rules;
  rules.own_ = TRY(TRY(procfs::ProcessDir::open_self()).identity(info_of(Kind::user).proc_path));
  rules.effective_uid_ = sys::effective_uid();
  return rules;
}

bool CapabilityRules::has(sys::Capability capability) {
  return sys::has_capability(capability);
}

std::optional<sys::Capability> CapabilityRules::missing_to_join(Kind kind) {
  using sys::Capability;
  if (!has(Capability::sys_admin)) {
    return Capability::sys_admin;
  }
  const bool needs_chroot = kind == Kind::mnt && !has(Capability::sys_chroot);
  return needs_chroot ? std::optional(Capability::sys_chroot) : std::nullopt;
}

bool CapabilityRules::has_over(const NamespaceHandle& user_namespace,
                               sys::Capability capability) const {
  if (user_namespace.identity() == own_) {
    return has(capability);
  }
  auto parent = parent_of(user_namespace);
  if (!parent || !*parent) {
    return false;  // not below the caller's user namespace
  }
  const auto maker = owner_uid_of(user_namespace);
  if ((*parent)->identity() == own_ && maker && *maker == effective_uid_) {
    return true;
  }
  return has_over(**parent, capability);
}

bool CapabilityRules::has_over_owner(const NamespaceHandle& handle,
                                     sys::Capability capability) const {
  const auto owner = owner_of(handle);
  return owner && *owner && has_over(**owner, capability);
}

}  // namespace nsplay::ns
