#include "nsplay/ns/census/unnamed.h"

#include <cstddef>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

Result<> add_from(NamespaceHandle here, sys::Direction direction, Inventory& inventory) {
  auto next = sys::neighbouring_mount_namespace(here.fd(), direction);
  while (next) {
    auto handle = NamespaceHandle::adopt(*std::move(next), Kind::mnt);
    if (!handle) {
      return {};
    }
    const std::size_t index = inventory.index_of(*std::move(handle));
    next = sys::neighbouring_mount_namespace(inventory.entries()[index].handle.fd(), direction);
  }
  return means_no_descriptor(next.error().errnum) ? fail(no_descriptor(next.error().errnum))
                                                  : Result<>();
}

}  // namespace

Result<> add_unnamed_mount_namespaces(Inventory& inventory) {
  for (const sys::Direction direction : {sys::Direction::previous, sys::Direction::next}) {
    auto own = open_namespace_file(own_namespace_path(Kind::mnt));
    if (own) {
      TRY(add_from(*std::move(own), direction, inventory));
    }
  }
  return {};
}

}  // namespace nsplay::ns
