#pragma once

// What a new net namespace shall have, as the user asked for it.

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"

namespace nsplay::ops {

enum class Loopback { up, down };

/// A way out of the net namespace that needs no privilege.
enum class UserNetwork {
  none,
  attached,  ///< by pasta(1) or slirp4netns(1), whichever is installed
};

struct NetworkRequest {
  Loopback loopback = Loopback::up;
  UserNetwork user_network = UserNetwork::none;  ///< one that is attached implies kind net
};

/// Usage error: the options contradict each other, or what will be made.
Result<> check_network(const NetworkRequest& request, ns::KindSet kinds);

}  // namespace nsplay::ops
