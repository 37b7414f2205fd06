#pragma once

// The links below /proc/PID/ns, namespaces(7): "uts:[4026531838]".

#include <cstdint>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

struct NamespaceLink {
  std::string kind;
  std::uint64_t inode = 0;
};

/// "net:[4026532178]", namespaces(7). Errors: anything else.
Result<NamespaceLink> parse_namespace_link(std::string_view text);

}  // namespace nsplay::procfs
