#include "nsplay/ns/census/relatives.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "nsplay/ns/relations.h"

namespace nsplay::ns {
namespace {

std::optional<std::size_t> index_of_relative(Inventory& inventory,
                                             Result<std::optional<NamespaceHandle>> relative) {
  if (!relative || !*relative) {
    return std::nullopt;
  }
  return inventory.index_of(**std::move(relative));
}

}  // namespace

void add_relatives(Inventory& inventory) {
  // Appended to while it is gone through: the owner of an owner counts as well.
  for (std::size_t i = 0; i < inventory.entries().size(); ++i) {
    const Kind kind = inventory.entries()[i].handle.kind();
    const auto owner = index_of_relative(inventory, owner_of(inventory.entries()[i].handle));
    inventory.entries()[i].owner = owner;
    if (kind == Kind::pid) {
      const auto parent = index_of_relative(inventory, parent_of(inventory.entries()[i].handle));
      inventory.entries()[i].parent = parent;
    } else if (kind == Kind::user) {
      inventory.entries()[i].parent = owner;
    }
  }
}

}  // namespace nsplay::ns
