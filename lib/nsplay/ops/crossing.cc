#include "nsplay/ops/crossing.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"

namespace nsplay::ops {
namespace {

using Handles = std::vector<ns::NamespaceHandle>;
using ns::Kind;

/// mnt comes last: /proc is the target's from then on. time wants a single thread, which a fresh
/// worker is at any moment (setns(2)).
constexpr Kind order[] = {
    Kind::uts, Kind::ipc, Kind::net, Kind::cgroup, Kind::pid, Kind::time, Kind::mnt};

/// setns(2): a capability over the namespace's owner, and some in the caller's own user namespace.
bool may_join_before(const ns::NamespaceHandle& handle, const ns::CapabilityRules& rules) {
  return !ns::CapabilityRules::missing_to_join(handle.kind()) &&
         rules.has_over_owner(handle, sys::Capability::sys_admin);
}

/// Whether `ancestor` is this user namespace or one that it lies in.
bool lies_in(const ns::NamespaceHandle& user_namespace, const ns::NamespaceHandle& ancestor) {
  if (user_namespace.identity() == ancestor.identity()) {
    return true;
  }
  const auto parent = ns::parent_of(user_namespace);
  return parent && *parent && lies_in(**parent, ancestor);
}

/// Whoever has joined a user namespace has every capability over what it or a descendant of it
/// owns.
bool may_join_after(const ns::NamespaceHandle& handle, const ns::NamespaceHandle& user) {
  const auto owner = ns::owner_of(handle);
  return owner && *owner && lies_in(**owner, user);
}

/// The user namespaces above `user` and below the caller's, outermost first.
Result<Handles> user_namespaces_above(const ns::NamespaceHandle& user,
                                      const ns::CapabilityRules& rules) {
  Handles above;
  auto parent = TRY(ns::parent_of(user));
  while (parent && !(parent->identity() == rules.user_namespace())) {
    auto next = TRY(ns::parent_of(*parent));
    above.insert(above.begin(), *std::move(parent));
    parent = std::move(next);
  }
  return above;
}

Error refused(const ns::NamespaceHandle& handle) {
  std::string hint = crossing_hint(handle);
  return Error::of(EPERM, "setns", handle.name()).with_hint(std::move(hint));
}

CrossingStep step_to(const ns::NamespaceHandle& handle) {
  return {&handle.fd(), {handle.kind()}};
}

using Pending = std::vector<const ns::NamespaceHandle*>;

/// Joins what has become possible in `user`; what has not keeps waiting.
Pending join_after(const ns::NamespaceHandle& user, const Pending& waiting, Crossing& crossing) {
  Pending rest;
  crossing.steps.push_back(step_to(user));
  for (const ns::NamespaceHandle* handle : waiting) {
    if (may_join_after(*handle, user)) {
      crossing.steps.push_back(step_to(*handle));
    } else {
      rest.push_back(handle);
    }
  }
  return rest;
}

/// Down to the target's user namespace, with a halt in those above only where something is to be
/// had.
Result<Crossing> go_down(const ns::NamespaceHandle& user,
                         Pending waiting,
                         Crossing crossing,
                         const ns::CapabilityRules& rules) {
  const bool direct =
      std::all_of(waiting.begin(), waiting.end(), [&](const ns::NamespaceHandle* handle) {
        return may_join_after(*handle, user);
      });
  if (!direct) {
    crossing.between = TRY(user_namespaces_above(user, rules));
  }
  const ns::NamespaceHandle& first = crossing.between.empty() ? user : crossing.between.front();
  if (!rules.has_over(first, sys::Capability::sys_admin)) {
    return fail(refused(user));
  }
  // What an outer one would allow an inner one may as well, and only the innermost is the target's.
  for (const ns::NamespaceHandle& outer : crossing.between) {
    const bool needed =
        std::any_of(waiting.begin(), waiting.end(), [&](const ns::NamespaceHandle* handle) {
          const auto owner = ns::owner_of(*handle);
          return owner && *owner && (*owner)->identity() == outer.identity();
        });
    if (needed) {
      waiting = join_after(outer, waiting, crossing);
    }
  }
  waiting = join_after(user, waiting, crossing);
  return waiting.empty() ? Result<Crossing>(std::move(crossing)) : fail(refused(*waiting.front()));
}

}  // namespace

Crossing cross_at_once(const sys::UniqueFd& pidfd, ns::KindSet kinds) {
  return {{}, {{&pidfd, kinds}}};
}

Result<Crossing> cross_in_order(const Handles& handles, const ns::CapabilityRules& rules) {
  Crossing crossing;
  Pending waiting;
  for (const Kind kind : order) {
    const ns::NamespaceHandle* handle = ns::find(handles, kind);
    if (handle == nullptr) {
      continue;
    }
    if (may_join_before(*handle, rules)) {
      crossing.steps.push_back(step_to(*handle));
    } else {
      waiting.push_back(handle);
    }
  }
  if (const ns::NamespaceHandle* user = ns::find(handles, Kind::user)) {
    return go_down(*user, std::move(waiting), std::move(crossing), rules);
  }
  return waiting.empty() ? Result<Crossing>(std::move(crossing)) : fail(refused(*waiting.front()));
}

}  // namespace nsplay::ops
