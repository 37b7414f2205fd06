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

/// Among those of take_census(). Errors: its own; errno 0, none of them has the number, or the
/// kernel has no ids (before Linux 6.18).
Result<NamespaceHandle> find_namespace(const NamespaceNumber& number);

}  // namespace nsplay::ns
