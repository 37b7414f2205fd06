#include "nsplay/ns/census/listed.h"

#include <cstdint>
#include <unordered_set>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

std::unordered_set<std::uint64_t> ids_in(const Inventory& inventory) {
  std::unordered_set<std::uint64_t> ids;
  for (const CensusEntry& entry : inventory.entries()) {
    if (const auto id = sys::namespace_id(entry.handle.fd(), "")) {
      ids.insert(*id);
    }
  }
  return ids;
}

Result<> add_one(Inventory& inventory, std::uint64_t id) {
  auto file = sys::open_file_handle(sys::file_handle_of_id(id), "");
  if (!file) {
    return means_no_descriptor(file.error().errnum) ? fail(no_descriptor(file.error().errnum))
                                                    : Result<>();
  }
  if (auto handle = NamespaceHandle::adopt(*std::move(file))) {
    inventory.index_of(*std::move(handle));
  }
  return {};
}

}  // namespace

Result<> add_listed(Inventory& inventory, KindSet kinds) {
  const auto types = static_cast<std::uint32_t>(kinds.clone_flags());
  auto ids = sys::next_namespace_ids(0, types);
  if (!ids) {
    return {};
  }
  const std::unordered_set<std::uint64_t> known = ids_in(inventory);
  // An answer that does not lead on would be given for ever.
  for (std::uint64_t last = 0; ids && !ids->empty() && ids->back() > last;
       ids = sys::next_namespace_ids(last, types)) {
    last = ids->back();
    for (const std::uint64_t id : *ids) {
      if (!known.contains(id)) {
        TRY(add_one(inventory, id));
      }
    }
  }
  return {};
}

}  // namespace nsplay::ns
