#include "nsplay/ns/handle.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/glance.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

Error not_a_namespace(const std::string& path) {
  return Error::of(0, quote(path), "is not a namespace file")
      .with_hint(
          "a namespace file is /proc/PID/ns/KIND or a bind mount of one, such as /run/netns/NAME");
}

Error explain_open(const std::string& path, Error error) {
  const bool is_of_process = error.errnum == EACCES && path.starts_with("/proc/");
  return std::move(error).with_hint(is_of_process ? "a process's namespaces are open to those who "
                                                    "may trace it (ptrace(2)): run as root, or as "
                                                    "its user"
                                                  : "");
}

}  // namespace

Result<NamespaceHandle> NamespaceHandle::adopt(sys::UniqueFd fd, Kind kind) {
  NamespaceHandle handle;
  handle.identity_ = TRY(sys::identity_of(fd, name_of(kind)));
  handle.fd_ = std::move(fd);
  handle.kind_ = kind;
  return handle;
}

Result<NamespaceHandle> NamespaceHandle::adopt(sys::UniqueFd fd) {
  const auto flag = static_cast<std::uint64_t>(TRY(sys::namespace_type(fd, "")));
  const auto kind = kind_from_clone_flag(flag);
  return kind ? adopt(std::move(fd), *kind)
              : fail(Error::of(0, "a namespace of an unknown kind", fmt::format("{:#x}", flag)));
}

std::string NamespaceHandle::name() const {
  return format_namespace(kind_, identity_.inode);
}

NamespaceRef NamespaceHandle::ref() const {
  const auto id = sys::namespace_id(fd_, "");
  return {kind_, identity_.inode, id ? std::optional(*id) : std::nullopt};
}

const NamespaceHandle* find(const std::vector<NamespaceHandle>& handles, Kind kind) noexcept {
  const auto found =
      std::find_if(handles.begin(), handles.end(), [&](const NamespaceHandle& handle) {
        return handle.kind() == kind;
      });
  return found == handles.end() ? nullptr : &*found;
}

std::string format_namespace(Kind kind, std::uint64_t inode) {
  return fmt::format("{}:[{}]", name_of(kind), inode);
}

std::string own_namespace_path(Kind kind) {
  return fmt::format("/proc/self/{}", info_of(kind).proc_path);
}

Result<NamespaceHandle> open_namespace_file(const std::string& path) {
  // Opening a fifo or a device has effects, so it is looked at first, open(2) O_PATH.
  auto place = sys::open_file(path, O_PATH);
  if (!place) {
    return fail(explain_open(path, std::move(place).error()));
  }
  return open_namespace_place(*place, path);
}

Result<NamespaceHandle> open_namespace_place(const sys::UniqueFd& place, const std::string& path) {
  // There is one nsfs. statfs(2) would ask the server of another file system, which may be hung.
  const auto own = sys::glance_at_file(place, own_namespace_path(Kind::uts).c_str());
  const auto there = sys::glance_at_file(place, "");
  if (own.errnum == 0 && (there.errnum != 0 || there.device != own.device)) {
    return fail(not_a_namespace(path));
  }
  if (TRY(sys::file_system_type(place, path)) != sys::abi::nsfs_magic) {
    return fail(not_a_namespace(path));
  }
  auto handle = NamespaceHandle::adopt(TRY(sys::open_again(place, O_RDONLY, path)));
  if (!handle) {
    return fail(not_a_namespace(path));
  }
  return handle;
}

}  // namespace nsplay::ns
