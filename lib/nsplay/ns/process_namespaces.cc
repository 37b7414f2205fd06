#include "nsplay/ns/process_namespaces.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/task_view.h"
#include "nsplay/sys/files.h"

namespace nsplay::ns {
namespace {

/// Refusals are the same on both ways, so only these make the other way worth trying: a kernel
/// without the ioctl, and a zombie, of which /proc still shows user and pid.
bool is_worth_the_other_way(int errnum) {
  return errnum == ENOTTY || errnum == EINVAL || errnum == ENOSYS || errnum == EOPNOTSUPP ||
         errnum == ESRCH;
}

/// Opens what the tasks of a process are in, or their next children will be, each namespace once
/// and none that the process is in.
class SlotReader {
 public:
  explicit SlotReader(const procfs::ProcessDir& process) : process_(&process) {
    for (const KindInfo& info : all_kinds()) {
      if (const auto own = process.identity(info.proc_path)) {
        seen_.push_back(*own);
      }
    }
  }

  /// `directory`: that of the task, below that of the process.
  void look_at(const std::string& directory, const Slot& slot) {
    const std::string path = fmt::format("{}ns/{}", directory, slot.name);
    const auto identity = process_->identity(path.c_str());
    if (!identity || std::find(seen_.begin(), seen_.end(), *identity) != seen_.end()) {
      return;
    }
    auto file = process_->open_file(path.c_str(), O_RDONLY);
    auto handle = file ? NamespaceHandle::adopt(*std::move(file), slot.kind) : fail(Error{});
    if (handle) {
      seen_.push_back(handle->identity());
      found_.push_back(*std::move(handle));
    }
  }

  std::vector<NamespaceHandle> found() && { return std::move(found_); }

 private:
  const procfs::ProcessDir* process_;
  std::vector<sys::FileIdentity> seen_;
  std::vector<NamespaceHandle> found_;
};

}  // namespace

std::vector<NamespaceHandle> open_namespaces_beside(const procfs::ProcessDir& process) {
  SlotReader reader(process);
  for (const Slot& slot : all_slots()) {
    if (slot.is_of_children) {
      reader.look_at("", slot);
    }
  }
  const auto directory = process.open_file("task", O_RDONLY | O_DIRECTORY);
  const auto threads =
      directory ? sys::numeric_entries(*directory, process.path_of("task")) : fail(Error{});
  for (std::size_t i = 0; threads && i < threads->size(); ++i) {
    const std::string thread = fmt::format("task/{}/", (*threads)[i]);
    for (const Slot& slot : all_slots()) {
      if (slot.differs_in_threads) {
        reader.look_at(thread, slot);
      }
    }
  }
  return std::move(reader).found();
}

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
