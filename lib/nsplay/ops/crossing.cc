#include "nsplay/ops/crossing.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "nsplay/base/try.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"

namespace nsplay::ops {
namespace {

using ns::Kind;

/// mnt comes last: /proc is the target's from then on. time wants a single thread, which a fresh
/// worker is at any moment (setns(2)).
constexpr Kind order[] = {
    Kind::uts, Kind::ipc, Kind::net, Kind::cgroup, Kind::pid, Kind::time, Kind::mnt};

const ns::NamespaceHandle* find(const std::vector<ns::NamespaceHandle>& handles, Kind kind) {
  const auto found =
      std::find_if(handles.begin(), handles.end(), [&](const ns::NamespaceHandle& handle) {
        return handle.kind() == kind;
      });
  return found == handles.end() ? nullptr : &*found;
}

/// setns(2): CAP_SYS_ADMIN over the namespace's owner and over the caller's own user namespace; mnt
/// wants CAP_SYS_CHROOT there too.
bool may_join_before(const ns::NamespaceHandle& handle, const ns::CapabilityRules& rules) {
  return ns::CapabilityRules::has(sys::Capability::sys_admin) &&
         rules.has_over_owner(handle, sys::Capability::sys_admin) &&
         (handle.kind() != Kind::mnt || ns::CapabilityRules::has(sys::Capability::sys_chroot));
}

/// Whoever has joined a user namespace has every capability over what it or a descendant of it
/// owns.
bool may_join_after(const ns::NamespaceHandle& handle, const ns::NamespaceHandle* user) {
  if (user == nullptr) {
    return false;
  }
  auto owner = ns::owner_of(handle);
  while (owner && *owner) {
    if ((*owner)->identity() == user->identity()) {
      return true;
    }
    owner = ns::parent_of(**owner);
  }
  return false;
}

Error refused(const ns::NamespaceHandle& handle) {
  std::string hint = crossing_hint(handle);
  return Error::of(EPERM, "setns", handle.name()).with_hint(std::move(hint));
}

void append(Crossing& crossing, const ns::NamespaceHandle& handle) {
  crossing.push_back({&handle.fd(), {handle.kind()}});
}

}  // namespace

Crossing cross_at_once(const sys::UniqueFd& pidfd, ns::KindSet kinds) {
  return {{&pidfd, kinds}};
}

Result<Crossing> cross_in_order(const std::vector<ns::NamespaceHandle>& handles,
                                const ns::CapabilityRules& rules) {
  const ns::NamespaceHandle* user = find(handles, Kind::user);
  Crossing before;
  Crossing after;
  for (const Kind kind : order) {
    const ns::NamespaceHandle* handle = find(handles, kind);
    if (handle == nullptr) {
      continue;
    }
    if (may_join_before(*handle, rules)) {
      append(before, *handle);
    } else if (may_join_after(*handle, user)) {
      append(after, *handle);
    } else {
      return fail(refused(*handle));
    }
  }
  if (user != nullptr) {
    if (!rules.has_over(*user, sys::Capability::sys_admin)) {
      return fail(refused(*user));
    }
    append(before, *user);
  }
  std::copy(after.begin(), after.end(), std::back_inserter(before));
  return before;
}

}  // namespace nsplay::ops
