#pragma once

// The namespaces that a census has found, each once and held open.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "nsplay/ns/census/holders.h"
#include "nsplay/ns/census/sightings.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ns {

/// A file on which a namespace is bound, in another mount namespace than the caller's.
struct ForeignMount {
  std::string path;            ///< as that mount namespace shows it
  std::size_t namespace_ = 0;  ///< which entry
};

struct CensusEntry {
  NamespaceHandle handle;
  Attendance attendance;
  std::vector<std::string> mounts;  ///< files on which it is bound, where the caller is
  std::vector<ForeignMount> foreign_mounts;
  std::optional<std::size_t> owner;  ///< which entry; empty: none, or out of the caller's sight
  std::optional<std::size_t> parent;
  std::vector<Holder> holders;  ///< of a watched one: processes, threads, descriptors, sockets
};

class Inventory {
 public:
  /// The entry of this namespace, made when there is none yet.
  std::size_t index_of(NamespaceHandle handle);

  /// The entry of the namespace with this inode, which no two have that are held.
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t inode) const;

  [[nodiscard]] std::vector<CensusEntry>& entries() noexcept { return entries_; }
  [[nodiscard]] const std::vector<CensusEntry>& entries() const noexcept { return entries_; }

 private:
  std::vector<CensusEntry> entries_;
  std::unordered_map<std::uint64_t, std::size_t> indices_;  ///< by inode
};

}  // namespace nsplay::ns
