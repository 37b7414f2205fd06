#pragma once

// A source of the census: sockets whose network namespace is another than that of the process that
// has them. The kernel lists those of the caller's namespace; of the others each is asked, once by
// a thread of the scan, also when processes share it or one has it several times.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "nsplay/ns/census/found_namespaces.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ns {

/// The sockets that need not be asked.
struct OwnSockets {
  std::unordered_set<std::uint64_t> inodes;
  std::uint64_t net = 0;  ///< their network namespace, which is held; 0: it is not known

  static OwnSockets read();
};

/// What one thread does.
class SocketLook {
 public:
  /// `own` outlives this.
  explicit SocketLook(const OwnSockets& own) noexcept : own_(&own) {}

  /// From here on descriptors are of this process, whose directory in /proc `process` is and stays.
  void begin_process(pid_t pid, const sys::UniqueFd& process) noexcept;

  /// One that pidfd_getfd(2) refuses is not there.
  void look_at(std::uint64_t socket, int descriptor, FoundNamespaces& found);

 private:
  std::uint64_t ask(int descriptor, FoundNamespaces& found);
  const sys::UniqueFd& pidfd();
  std::uint64_t net_of_process();

  const OwnSockets* own_;
  std::unordered_map<std::uint64_t, std::uint64_t> nets_;  ///< of those that were asked, by inode

  pid_t pid_ = 0;
  const sys::UniqueFd* process_ = nullptr;
  std::optional<sys::UniqueFd> pidfd_;
  std::optional<std::uint64_t> net_of_process_;
};

}  // namespace nsplay::ns
