#include "nsplay/ns/search.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/procfs/mountinfo.h"
#include "nsplay/procfs/namespace_link.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ns {
namespace {

class Search {
 public:
  explicit Search(const NamespaceNumber& number) : number_(number) {}

  Result<NamespaceHandle> run() {
    for (const pid_t pid : TRY(procfs::list_processes())) {
      look_at_process(pid);
    }
    look_at_mounts();
    // Appended to while it is gone through: the owner of an owner counts as well.
    for (std::size_t i = 0; i < seen_.size() && !found_; ++i) {
      look_at_relatives(i);
    }
    return found_ ? Result<NamespaceHandle>(*std::move(found_)) : fail(not_found());
  }

 private:
  void look_at_process(pid_t pid) {
    const auto process = found_ ? fail(Error{}) : procfs::ProcessDir::open(pid);
    if (!process) {
      return;
    }
    const auto& kinds = all_kinds();
    const auto hidden = std::count_if(kinds.begin(), kinds.end(), [&](const KindInfo& info) {
      const auto looked = look_at_link(*process, info);
      return !looked && (looked.error().errnum == EACCES || looked.error().errnum == EPERM);
    });
    hidden_ += hidden > 0 ? 1 : 0;
  }

  Result<> look_at_link(const procfs::ProcessDir& process, const KindInfo& info) {
    const auto link = TRY(procfs::parse_namespace_link(TRY(process.read_link(info.proc_path))));
    if (is_new(info.kind, link.inode)) {
      consider(
          TRY(NamespaceHandle::adopt(TRY(process.open_file(info.proc_path, O_RDONLY)), info.kind)));
    }
    return {};
  }

  void look_at_mounts() {
    const auto self = procfs::ProcessDir::open_self();
    const auto text = self ? self->read("mountinfo", procfs::mountinfo_limit) : fail(self.error());
    const auto mounts = text ? procfs::parse_mountinfo(*text) : fail(text.error());
    if (!mounts) {
      return;
    }
    for (const procfs::Mount& mount : *mounts) {
      auto handle = mount.type == "nsfs" ? open_namespace_file(mount.mount_point) : fail(Error{});
      if (handle && is_new(handle->kind(), handle->identity().inode)) {
        consider(*std::move(handle));
      }
    }
  }

  void look_at_relatives(std::size_t index) {
    const bool has_parent = seen_[index].kind() == Kind::pid;
    auto relatives =
        std::array{owner_of(seen_[index]), has_parent ? parent_of(seen_[index]) : fail(Error{})};
    for (auto& relative : relatives) {
      if (relative && *relative && is_new((*relative)->kind(), (*relative)->identity().inode)) {
        consider(**std::move(relative));
      }
    }
  }

  bool is_new(Kind kind, std::uint64_t inode) { return known_.emplace(kind, inode).second; }

  void consider(NamespaceHandle handle) {
    if (matches(handle)) {
      found_ = std::move(handle);
    } else {
      seen_.push_back(std::move(handle));
    }
  }

  [[nodiscard]] bool matches(const NamespaceHandle& handle) const {
    if (number_.kind && *number_.kind != handle.kind()) {
      return false;
    }
    return number_.inode ? handle.identity().inode == *number_.inode
                         : handle.ref().id == number_.id;
  }

  [[nodiscard]] std::string shown_number() const {
    if (!number_.inode) {
      return fmt::format("the id {}", number_.id);
    }
    return fmt::format("the inode {}", *number_.inode);
  }

  [[nodiscard]] Error not_found() const {
    Error error =
        Error::of(0,
                  fmt::format("no {}namespace has {}",
                              number_.kind ? fmt::format("{} ", name_of(*number_.kind)) : "",
                              shown_number()),
                  "");
    if (!number_.inode && !seen_.empty() && !seen_.front().ref().id) {
      return std::move(error).with_hint("ids of namespaces need Linux 6.18; name a process");
    }
    return std::move(error).with_hint(
        hidden_ == 0 ? std::string("no process is in it, and it is no file here")
                     : fmt::format("{} processes could not be looked at; run as root", hidden_));
  }

  const NamespaceNumber& number_;
  std::optional<NamespaceHandle> found_;
  std::vector<NamespaceHandle> seen_;
  std::set<std::pair<Kind, std::uint64_t>> known_;
  std::size_t hidden_ = 0;
};

}  // namespace

Result<NamespaceHandle> find_namespace(const NamespaceNumber& number) {
  return Search(number).run();
}

}  // namespace nsplay::ns
