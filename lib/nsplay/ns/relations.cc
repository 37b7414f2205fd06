#include "nsplay/ns/relations.h"

#include "nsplay/base/try.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ns {
namespace {

// linux/proc_ns.h: the inodes of the initial namespaces, the same since Linux 3.8.
constexpr std::uint64_t initial_user_inode = 0xeffffffd;
constexpr std::uint64_t initial_pid_inode = 0xeffffffc;

}  // namespace

bool is_initial(const NamespaceHandle& handle) {
  const std::uint64_t inode = handle.identity().inode;
  return (handle.kind() == Kind::user && inode == initial_user_inode) ||
         (handle.kind() == Kind::pid && inode == initial_pid_inode);
}

Result<std::optional<NamespaceHandle>> owner_of(const NamespaceHandle& handle) {
  if (handle.kind() == Kind::user && is_initial(handle)) {
    return std::nullopt;
  }
  return std::optional(TRY(NamespaceHandle::adopt(
      TRY(sys::owning_user_namespace(handle.fd(), handle.name())), Kind::user)));
}

Result<std::optional<NamespaceHandle>> parent_of(const NamespaceHandle& handle) {
  if (is_initial(handle)) {
    return std::nullopt;
  }
  return std::optional(TRY(NamespaceHandle::adopt(
      TRY(sys::parent_namespace(handle.fd(), handle.name())), handle.kind())));
}

Result<uid_t> owner_uid_of(const NamespaceHandle& user_namespace) {
  return sys::owner_uid(user_namespace.fd(), user_namespace.name());
}

}  // namespace nsplay::ns
