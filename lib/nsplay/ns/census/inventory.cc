#include "nsplay/ns/census/inventory.h"

#include <utility>

namespace nsplay::ns {

std::size_t Inventory::index_of(NamespaceHandle handle) {
  const auto [place, is_new] = indices_.emplace(handle.identity().inode, entries_.size());
  if (is_new) {
    entries_.emplace_back();
    entries_.back().handle = std::move(handle);
  }
  return place->second;
}

std::optional<std::size_t> Inventory::find(std::uint64_t inode) const {
  const auto found = indices_.find(inode);
  return found == indices_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace nsplay::ns
