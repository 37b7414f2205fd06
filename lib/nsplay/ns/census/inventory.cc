#include "nsplay/ns/census/inventory.h"

#include <utility>

namespace nsplay::ns {

std::size_t Inventory::index_of(NamespaceHandle handle) {
  const auto [place, is_new] =
      indices_.emplace(std::pair(handle.kind(), handle.identity().inode), entries_.size());
  if (is_new) {
    entries_.emplace_back();
    entries_.back().handle = std::move(handle);
  }
  return place->second;
}

}  // namespace nsplay::ns
