#include "nsplay/ops/network_request.h"

namespace nsplay::ops {

Result<> check_network(const NetworkRequest& request, ns::KindSet kinds) {
  if (request.loopback == Loopback::up) {
    return {};
  }
  if (request.user_network == UserNetwork::attached) {
    return fail(Error::usage("--no-loopback contradicts --net-user",
                             "the programs that --net-user starts bring the loopback up"));
  }
  if (!kinds.contains(ns::Kind::net)) {
    return fail(Error::usage("--no-loopback is for a new net namespace", "add --net"));
  }
  return {};
}

}  // namespace nsplay::ops
