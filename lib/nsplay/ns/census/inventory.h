#pragma once

// The namespaces that a census has found, each once and held open.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/sightings.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ns {

struct CensusEntry {
  NamespaceHandle handle;
  Attendance attendance;
  std::vector<std::string> mounts;   ///< files on which it is bound, where the caller is
  std::optional<std::size_t> owner;  ///< which entry; empty: none, or out of the caller's sight
  std::optional<std::size_t> parent;
};

class Inventory {
 public:
  /// The entry of this namespace, made when there is none yet.
  std::size_t index_of(NamespaceHandle handle);

  [[nodiscard]] std::vector<CensusEntry>& entries() noexcept { return entries_; }

 private:
  std::vector<CensusEntry> entries_;
  std::map<std::pair<Kind, std::uint64_t>, std::size_t> indices_;
};

}  // namespace nsplay::ns
