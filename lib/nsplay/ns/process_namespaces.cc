#include "nsplay/ns/process_namespaces.h"

#include <cerrno>
#include <utility>

#include "nsplay/base/try.h"

namespace nsplay::ns {
namespace {

/// Refusals are the same on both ways, so only these make the other way worth trying: a kernel
/// without the ioctl, and a zombie, of which /proc still shows user and pid.
bool is_worth_the_other_way(int errnum) {
  return errnum == ENOTTY || errnum == EINVAL || errnum == ENOSYS || errnum == EOPNOTSUPP ||
         errnum == ESRCH;
}

}  // namespace

Result<NamespaceHandle> open_namespace(const procfs::PinnedProcess& process, Kind kind) {
  const KindInfo& info = info_of(kind);
  if (process.pidfd) {
    auto fd = process.pidfd->get_namespace(info.pidfd_request, process.dir.path_of(info.proc_path));
    if (fd) {
      return NamespaceHandle::adopt(*std::move(fd), kind);
    }
    if (!is_worth_the_other_way(fd.error().errnum)) {
      return fail(std::move(fd).error());
    }
  }
  return NamespaceHandle::adopt(TRY(process.dir.open_file(info.proc_path, O_RDONLY)), kind);
}

Result<OwnNamespaces> OwnNamespaces::read() {
  const procfs::ProcessDir self = TRY(procfs::ProcessDir::open_self());
  OwnNamespaces own;
  for (const KindInfo& info : all_kinds()) {
    const auto identity = self.identity(info.proc_path);
    if (identity) {
      own.identities_.at(static_cast<std::size_t>(info.kind)) = *identity;
    } else if (identity.error().errnum != ENOENT) {
      return fail(identity.error());
    }
  }
  return own;
}

const std::optional<sys::FileIdentity>& OwnNamespaces::of(Kind kind) const noexcept {
  return identities_.at(static_cast<std::size_t>(kind));
}

bool OwnNamespaces::contain(const NamespaceHandle& handle) const noexcept {
  return of(handle.kind()) == handle.identity();
}

KindSet OwnNamespaces::known() const noexcept {
  KindSet kinds;
  for (const KindInfo& info : all_kinds()) {
    if (of(info.kind)) {
      kinds.insert(info.kind);
    }
  }
  return kinds;
}

}  // namespace nsplay::ns
