#include "nsplay/ops/namespace_owner.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/sys/credentials.h"

namespace nsplay::ops {

sys::UserAndGroup owner_of(const IdsRequest& request) {
  return request.owner.value_or(sys::UserAndGroup{sys::effective_uid(), sys::effective_gid()});
}

std::optional<sys::UserAndGroup> other_owner_of(const IdsRequest& request) {
  return request.owner == owner_of({}) ? std::nullopt : request.owner;
}

Result<std::optional<sys::AssumedIds>> become_owner(const IdsRequest& request) {
  const auto owner = other_owner_of(request);
  if (!owner) {
    return std::nullopt;
  }
  auto assumed = sys::AssumedIds::take(*owner);
  if (!assumed) {
    return fail(std::move(assumed)
                    .error()
                    .during(fmt::format("--owner {}:{}", owner->uid, owner->gid))
                    .with_hint("it takes CAP_SETUID, CAP_SETGID and CAP_SETPCAP, and ids that your "
                               "own user namespace maps: run as root"));
  }
  return *std::move(assumed);
}

}  // namespace nsplay::ops
