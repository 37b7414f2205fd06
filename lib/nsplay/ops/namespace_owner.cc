#include "nsplay/ops/namespace_owner.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/sys/credentials.h"

namespace nsplay::ops {

sys::UserAndGroup owner_of(const IdsRequest& request) {
  return request.owner.value_or(sys::UserAndGroup{sys::effective_uid(), sys::effective_gid()});
}

Result<std::optional<sys::AssumedIds>> become_owner(const IdsRequest& request) {
  if (!request.owner || *request.owner == owner_of({})) {
    return std::nullopt;
  }
  auto assumed = sys::AssumedIds::take(*request.owner);
  if (!assumed) {
    return fail(std::move(assumed)
                    .error()
                    .during(fmt::format("--owner {}:{}", request.owner->uid, request.owner->gid))
                    .with_hint("it takes CAP_SETUID, CAP_SETGID and CAP_SETPCAP, and ids that your "
                               "own user namespace maps: run as root"));
  }
  return *std::move(assumed);
}

}  // namespace nsplay::ops
