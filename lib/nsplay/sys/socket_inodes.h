#pragma once

// The sockets of the caller's network namespace, sock_diag(7), whoever has them.

#include <cstdint>
#include <unordered_set>

namespace nsplay::sys {

/// By their inodes. Not all of them: what was never bound nor connected is in no list of the
/// kernel, and it may have no list of a family.
std::unordered_set<std::uint64_t> own_socket_inodes();

}  // namespace nsplay::sys
