#pragma once

// A namespace of this machine by its number.

#include <cstdint>
#include <optional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ns {

/// What is known of it.
struct NamespaceNumber {
  std::optional<Kind> kind;            ///< empty: of any
  std::optional<std::uint64_t> inode;  ///< else `id`
  std::uint64_t id = 0;                ///< NS_GET_ID
};

/// Looks at the namespaces of every process that the caller may look at, at those that are mounted
/// as a file where the caller is, and at their owners and parents. Errors: errno 0, none of them
/// has the number, or the kernel has no ids (before Linux 6.18).
Result<NamespaceHandle> find_namespace(const NamespaceNumber& number);

}  // namespace nsplay::ns
