#include "nsplay/sys/namespaces.h"

#include <sys/ioctl.h>

#include <cerrno>

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

Result<std::uint64_t> namespace_id(const UniqueFd& file, std::string_view shown_as) {
  return ask_for<std::uint64_t>(file, abi::ns_get_id, "NS_GET_ID", shown_as);
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
