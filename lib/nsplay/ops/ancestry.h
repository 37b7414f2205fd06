#pragma once

// The process tree reduced to where namespaces change: lsns(8), --tree=process.

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "nsplay/ns/census/census.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ops {

/// Looks at the ancestors of the processes in a census, at each of them once. The census has to be
/// held meanwhile.
class Ancestry {
 public:
  explicit Ancestry(const std::vector<ns::CensusEntry>& entries);

  /// Which entry, of the same kind, the nearest ancestor is in that is in another one than the
  /// process with the lowest pid of this one; of a namespace that only a thread or a next child is
  /// in: which one their process is in. Ancestors that the caller may not look at are passed over.
  /// Empty: there is none, or it is not in the census.
  std::optional<std::size_t> above(std::size_t index);

 private:
  struct Relative {
    pid_t parent = 0;
    std::array<std::optional<std::uint64_t>, ns::kind_count> namespaces;
  };

  const Relative& look_at(pid_t pid);

  const std::vector<ns::CensusEntry>* entries_;
  std::map<std::pair<ns::Kind, std::uint64_t>, std::size_t> indices_;
  std::map<pid_t, Relative> relatives_;
};

}  // namespace nsplay::ops
