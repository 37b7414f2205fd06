#include "create_network.h"

namespace nsplay::app {

std::vector<Option> network_options() {
  return {{"no-loopback", 0, "", "leave the loopback of the new net namespace down"},
          {"net-user", 0, "", "a network by pasta or slirp4netns; implies --net"}};
}

ops::NetworkRequest network_from(const Arguments& arguments) {
  ops::NetworkRequest network;
  if (arguments.has("no-loopback")) {
    network.loopback = ops::Loopback::down;
  }
  if (arguments.has("net-user")) {
    network.user_network = ops::UserNetwork::attached;
  }
  return network;
}

}  // namespace nsplay::app
