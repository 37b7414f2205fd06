#include "nsplay/ns/census/own_mounts.h"

#include <cstddef>
#include <utility>

#include "nsplay/procfs/mountinfo.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ns {

void add_own_mounts(Inventory& inventory, KindSet kinds) {
  const auto self = procfs::ProcessDir::open_self();
  const auto text = self ? self->read("mountinfo", procfs::mountinfo_limit) : fail(self.error());
  const auto mounts = text ? procfs::parse_mountinfo(*text) : fail(text.error());
  for (std::size_t i = 0; mounts && i < mounts->size(); ++i) {
    const procfs::Mount& mount = (*mounts)[i];
    auto handle = mount.type == "nsfs" ? open_namespace_file(mount.mount_point) : fail(Error{});
    if (handle && kinds.contains(handle->kind())) {
      const std::size_t index = inventory.index_of(*std::move(handle));
      inventory.entries()[index].mounts.push_back(mount.mount_point);
    }
  }
}

}  // namespace nsplay::ns
