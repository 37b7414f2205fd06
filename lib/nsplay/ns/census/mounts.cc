#include "nsplay/ns/census/mounts.h"

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/mount_visitor.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/procfs/mountinfo.h"
#include "nsplay/procfs/namespace_link.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

/// Every namespace is bound by its own link as the root of the mount. Options are as the file
/// system writes them: one that breaks its line must not hide the namespaces.
std::vector<procfs::Mount> mounts_of_namespaces(const procfs::ProcessDir& process) {
  const auto text = process.read("mountinfo", procfs::mountinfo_limit);
  auto mounts = text ? procfs::readable_mounts(*text) : std::vector<procfs::Mount>();
  std::erase_if(mounts, [](const procfs::Mount& mount) { return mount.type != "nsfs"; });
  return mounts;
}

Result<NamespaceHandle> open_mount(const sys::UniqueFd& root, const std::string& path) {
  auto place = sys::open_known_in_root(root, path.c_str());
  if (!place && place.error().errnum == EINVAL) {
    place = sys::open_in_root(root, path.c_str());
  }
  return place ? open_namespace_place(*place, path) : fail(std::move(place).error());
}

/// The same namespace by a descriptor that is not of the mount, which could not be unmounted as
/// long as it is open: from Linux 6.18 on.
NamespaceHandle apart_from_mount(NamespaceHandle handle) {
  const auto name = sys::file_handle_of(handle.fd(), "");
  auto file = name ? sys::open_file_handle(*name, "") : fail(name.error());
  auto apart = file ? NamespaceHandle::adopt(*std::move(file), handle.kind()) : fail(Error{});
  return apart && apart->identity() == handle.identity() ? *std::move(apart) : std::move(handle);
}

/// Which entry is bound there, made when it is new; empty: it is not known, nor can it be. Errors:
/// EMFILE.
Result<std::optional<std::size_t>> entry_at(Inventory& inventory,
                                            const sys::UniqueFd& root,
                                            const procfs::Mount& mount) {
  const auto link = procfs::parse_namespace_link(mount.root);
  const auto known = link ? inventory.find(link->inode) : std::nullopt;
  if (known || !link) {
    return known;
  }
  auto handle = open_mount(root, mount.mount_point);
  if (!handle && means_no_descriptor(handle.error().errnum)) {
    return fail(no_descriptor(handle.error().errnum));
  }
  const bool is_meant = handle && handle->identity().inode == link->inode;
  return is_meant ? std::optional(inventory.index_of(apart_from_mount(*std::move(handle))))
                  : std::nullopt;
}

/// `where`: which entry the mount namespace is; empty for the caller's.
Result<> add_mounts_of(const procfs::ProcessDir& process,
                       std::optional<std::size_t> where,
                       KindSet kinds,
                       Inventory& inventory) {
  const std::vector<procfs::Mount> mounts = mounts_of_namespaces(process);
  const auto root =
      mounts.empty() ? fail(Error{}) : process.open_file("root", O_PATH | O_DIRECTORY);
  for (std::size_t i = 0; root && i < mounts.size(); ++i) {
    const auto index = TRY(entry_at(inventory, *root, mounts[i]));
    if (!index || !kinds.contains(inventory.entries()[*index].handle.kind())) {
      continue;
    }
    CensusEntry& entry = inventory.entries()[*index];
    if (where) {
      entry.foreign_mounts.push_back({mounts[i].mount_point, *where});
    } else {
      entry.mounts.push_back(mounts[i].mount_point);
    }
  }
  return {};
}

/// A process that is in the mount namespace, whose directory stays its: empty when there is none,
/// or it may not be looked at.
std::optional<procfs::ProcessDir> process_in(const CensusEntry& entry, MountVisitor& visitor) {
  const bool is_there = visitor.enter(entry.handle);
  for (const pid_t pid : {is_there ? visitor.pid() : 0, entry.attendance.process}) {
    auto process = pid == 0 ? fail(Error{}) : procfs::ProcessDir::open(pid);
    const auto link =
        process ? process->read_link(info_of(Kind::mnt).proc_path) : fail(process.error());
    if (link && *link == entry.handle.name()) {
      return *std::move(process);
    }
  }
  return std::nullopt;
}

}  // namespace

Result<> add_own_mounts(Inventory& inventory, KindSet kinds) {
  const auto self = procfs::ProcessDir::open_self();
  return self ? add_mounts_of(*self, std::nullopt, kinds, inventory) : Result<>();
}

Result<> add_foreign_mounts(Inventory& inventory, KindSet kinds, const OnProgress& on_progress) {
  const auto own = open_namespace_file(own_namespace_path(Kind::mnt));
  MountVisitor visitor;
  // Appended to while it is gone through: a mount namespace may be bound as well.
  for (std::size_t i = 0; i < inventory.entries().size(); ++i) {
    const NamespaceHandle& handle = inventory.entries()[i].handle;
    if (handle.kind() == Kind::mnt && !(own && handle.identity() == own->identity())) {
      if (const auto process = process_in(inventory.entries()[i], visitor)) {
        TRY(add_mounts_of(*process, i, kinds, inventory));
      }
    }
    if (on_progress) {
      on_progress({i + 1, inventory.entries().size(), "namespaces"});
    }
  }
  return {};
}

}  // namespace nsplay::ns
