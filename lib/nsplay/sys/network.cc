#include "nsplay/sys/network.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <net/if.h>

#include "nsplay/sys/unique_fd.h"

namespace nsplay::sys {

int bring_up_loopback() noexcept {
  // A socket of any family takes the request, and this one is in every kernel.
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = {};
  std::memcpy(request.ifr_name, "lo", sizeof "lo");
  request.ifr_flags = IFF_UP;
  return socket && ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
}

}  // namespace nsplay::sys
