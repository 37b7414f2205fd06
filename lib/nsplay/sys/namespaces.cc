#include "nsplay/sys/namespaces.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "nsplay/sys/kernel_abi.h"

namespace nsplay::sys {
namespace {

Result<int> ask(const UniqueFd& file,
                unsigned request,
                const char* call,
                std::string_view shown_as) {
  const int answer = ::ioctl(file.get(), request);
  if (answer < 0) {
    const int error = errno;
    return fail(Error::of(error, call, shown_as));
  }
  return answer;
}

template <typename Answer>
Result<Answer> ask_for(const UniqueFd& file,
                       unsigned request,
                       const char* call,
                       std::string_view shown_as) {
  Answer answer{};
  if (::ioctl(file.get(), request, &answer) != 0) {
    const int error = errno;
    return fail(Error::of(error, call, shown_as));
  }
  return answer;
}

/// A header whose last member is as long as the handle.
class RawFileHandle {
 public:
  RawFileHandle() noexcept { header()->handle_bytes = sizeof(NamespaceFileHandle::bytes); }

  file_handle* header() noexcept { return reinterpret_cast<file_handle*>(bytes_.data()); }

 private:
  alignas(file_handle)
      std::array<unsigned char, sizeof(file_handle) + sizeof(NamespaceFileHandle::bytes)> bytes_ =
          {};
};

}  // namespace

int set_namespaces(const UniqueFd& file, int flags) noexcept {
  return ::setns(file.get(), flags) == 0 ? 0 : errno;
}

int unshare_namespaces(int flags) noexcept {
  return ::unshare(flags) == 0 ? 0 : errno;
}

Result<UniqueFd> owning_user_namespace(const UniqueFd& file, std::string_view shown_as) {
  return ask(file, abi::ns_get_userns, "NS_GET_USERNS", shown_as).map([](int fd) {
    return UniqueFd(fd);
  });
}

Result<UniqueFd> parent_namespace(const UniqueFd& file, std::string_view shown_as) {
  return ask(file, abi::ns_get_parent, "NS_GET_PARENT", shown_as).map([](int fd) {
    return UniqueFd(fd);
  });
}

Result<int> namespace_type(const UniqueFd& file, std::string_view shown_as) {
  return ask(file, abi::ns_get_nstype, "NS_GET_NSTYPE", shown_as);
}

Result<uid_t> owner_uid(const UniqueFd& file, std::string_view shown_as) {
  return ask_for<uid_t>(file, abi::ns_get_owner_uid, "NS_GET_OWNER_UID", shown_as);
}

Result<pid_t> pid_from_namespace(const UniqueFd& file, pid_t pid, std::string_view shown_as) {
  const int answer = ::ioctl(file.get(), abi::ns_get_pid_from_pidns, pid);
  if (answer <= 0) {
    const int error = answer == 0 ? ESRCH : errno;
    return fail(Error::of(error, "NS_GET_PID_FROM_PIDNS", shown_as));
  }
  return answer;
}

Result<std::uint64_t> namespace_id(const UniqueFd& file, std::string_view shown_as) {
  return ask_for<std::uint64_t>(file, abi::ns_get_id, "NS_GET_ID", shown_as);
}

Result<NamespaceFileHandle> file_handle_of(const UniqueFd& file, std::string_view shown_as) {
  RawFileHandle raw;
  int mount = 0;
  if (::name_to_handle_at(file.get(), "", raw.header(), &mount, AT_EMPTY_PATH) != 0) {
    const int error = errno;
    return fail(Error::of(error, "name_to_handle_at", shown_as));
  }
  NamespaceFileHandle handle;
  std::memcpy(handle.bytes.data(), raw.header()->f_handle, handle.bytes.size());
  return handle;
}

NamespaceFileHandle file_handle_of_id(std::uint64_t id) noexcept {
  NamespaceFileHandle handle;
  std::memcpy(handle.bytes.data(), &id, sizeof id);
  return handle;
}

Result<UniqueFd> open_file_handle(const NamespaceFileHandle& handle, std::string_view shown_as) {
  RawFileHandle raw;
  raw.header()->handle_type = abi::nsfs_handle_type;
  std::memcpy(raw.header()->f_handle, handle.bytes.data(), handle.bytes.size());
  UniqueFd file(::open_by_handle_at(abi::fd_nsfs_root, raw.header(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    const int error = errno;
    return fail(Error::of(error, "open_by_handle_at", shown_as));
  }
  return file;
}

Result<std::vector<std::uint64_t>> next_namespace_ids(std::uint64_t after, std::uint32_t types) {
  abi::NamespaceIdRequest request;
  request.after = after;
  request.types = types;
  // More than most machines have: where an answer would have to go on at a namespace that is just
  // ending, the kernel takes that for the end of all.
  std::vector<std::uint64_t> ids(16384);
  const long count = ::syscall(abi::sys_listns, &request, ids.data(), ids.size(), 0U);
  if (count < 0) {
    const int error = errno;
    return fail(Error::of(error, "listns", ""));
  }
  ids.resize(std::min(static_cast<std::size_t>(count), ids.size()));
  return ids;
}

Result<UniqueFd> neighbouring_mount_namespace(const UniqueFd& file, Direction direction) {
  const bool is_next = direction == Direction::next;
  abi::MountNamespaceInfo info;
  const int fd =
      ::ioctl(file.get(), is_next ? abi::ns_mnt_get_next : abi::ns_mnt_get_previous, &info);
  if (fd < 0) {
    const int error = errno;
    return fail(Error::of(error, is_next ? "NS_MNT_GET_NEXT" : "NS_MNT_GET_PREV", ""));
  }
  return UniqueFd(fd);
}

}  // namespace nsplay::sys
