#include "nsplay/sys/netlink.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

namespace nsplay::sys {

Result<UniqueFd> open_netlink(int protocol, std::string_view shown_as) {
  UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  sockaddr_nl kernel = {};
  kernel.nl_family = AF_NETLINK;
  if (!socket ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) != 0) {
    const int error = errno;
    return fail(Error::of(error, "socket", shown_as));
  }
  return socket;
}

}  // namespace nsplay::sys
