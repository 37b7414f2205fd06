#include "nsplay/ns/census/unnamed.h"

#include <cstddef>
#include <utility>

#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

void add_from(NamespaceHandle here, sys::Direction direction, Inventory& inventory) {
  auto next = sys::neighbouring_mount_namespace(here.fd(), direction);
  while (next) {
    auto handle = NamespaceHandle::adopt(*std::move(next), Kind::mnt);
    if (!handle) {
      return;
    }
    const std::size_t index = inventory.index_of(*std::move(handle));
    next = sys::neighbouring_mount_namespace(inventory.entries()[index].handle.fd(), direction);
  }
}

}  // namespace

void add_unnamed_mount_namespaces(Inventory& inventory) {
  for (const sys::Direction direction : {sys::Direction::previous, sys::Direction::next}) {
    auto own = open_namespace_file(own_namespace_path(Kind::mnt));
    if (own) {
      add_from(*std::move(own), direction, inventory);
    }
  }
}

}  // namespace nsplay::ns
