#include "nsplay/ns/census/relatives.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/ns/relations.h"

namespace nsplay::ns {
namespace {

/// Empty: there is none, or it is out of the caller's sight.
Result<std::optional<std::size_t>> index_of_relative(
    Inventory& inventory, Result<std::optional<NamespaceHandle>> relative) {
  if (!relative && means_no_descriptor(relative.error().errnum)) {
    return fail(no_descriptor(relative.error().errnum));
  }
  return relative && *relative ? std::optional(inventory.index_of(**std::move(relative)))
                               : std::nullopt;
}

}  // namespace

Result<> add_relatives(Inventory& inventory) {
  // Appended to while it is gone through: the owner of an owner counts as well.
  for (std::size_t i = 0; i < inventory.entries().size(); ++i) {
    const Kind kind = inventory.entries()[i].handle.kind();
    const auto owner = TRY(index_of_relative(inventory, owner_of(inventory.entries()[i].handle)));
    inventory.entries()[i].owner = owner;
    if (kind == Kind::pid) {
      const auto parent =
          TRY(index_of_relative(inventory, parent_of(inventory.entries()[i].handle)));
      inventory.entries()[i].parent = parent;
    } else if (kind == Kind::user) {
      inventory.entries()[i].parent = owner;
    }
  }
  return {};
}

}  // namespace nsplay::ns
