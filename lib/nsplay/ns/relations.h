#pragma once

// Who owns a namespace and what it lies in, ioctl_ns(2). The kernel answers only for namespaces
// inside the caller's own user (or pid) namespace; that needs no privilege.

#include <sys/types.h>

#include <optional>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ns {

/// Whether it is the user or the pid namespace that the machine began with.
bool is_initial(const NamespaceHandle& handle);

/// The user namespace that owns it; for a user namespace: its parent. Empty for the initial user
/// namespace, which nobody owns. Errors: EPERM it lies outside of the caller's user namespace.
Result<std::optional<NamespaceHandle>> owner_of(const NamespaceHandle& handle);

/// The parent of a pid or user namespace; empty for the initial one. Errors: EPERM it lies outside
/// of the caller's.
Result<std::optional<NamespaceHandle>> parent_of(const NamespaceHandle& handle);

/// The uid that made this user namespace, as the caller's user namespace shows it.
Result<uid_t> owner_uid_of(const NamespaceHandle& user_namespace);

}  // namespace nsplay::ns
