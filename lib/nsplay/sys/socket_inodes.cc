#include "nsplay/sys/socket_inodes.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include <netinet/in.h>

#include "nsplay/sys/netlink.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

template <typename Request>
struct Dump {
  nlmsghdr header = {};
  Request request = {};
};

/// Adds the inodes that stand at `offset` in each message of the answer.
class SocketDump {
 public:
  SocketDump(const UniqueFd& socket, std::unordered_set<std::uint64_t>& inodes)
      : socket_(&socket), inodes_(&inodes), space_(std::size_t{1} << 16) {}

  template <typename Request>
  void add(const Request& request, std::size_t offset) {
    Dump<Request> dump = {{}, request};
    dump.header.nlmsg_len = sizeof dump;
    dump.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    dump.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    dump.header.nlmsg_seq = ++sequence_;
    if (retry([&] { return ::send(socket_->get(), &dump, sizeof dump, 0); }) < 0) {
      return;
    }
    bool is_at_end = false;
    while (!is_at_end) {
      const auto count =
          retry([&] { return ::recv(socket_->get(), space_.data(), space_.size(), MSG_DONTWAIT); });
      is_at_end =
          count <= 0 || add_messages({space_.data(), static_cast<std::size_t>(count)}, offset);
    }
  }

 private:
  /// Whether it is the end.
  bool add_messages(std::string_view messages, std::size_t offset) {
    while (const auto header = netlink_part<nlmsghdr>(messages, 0)) {
      const bool is_last = header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR;
      if (header->nlmsg_len < sizeof *header || (is_last && header->nlmsg_seq == sequence_)) {
        return true;
      }
      const std::string_view message = messages.substr(0, header->nlmsg_len);
      const auto inode = netlink_part<std::uint32_t>(message, NLMSG_HDRLEN + offset);
      if (inode && *inode != 0 && header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
        inodes_->insert(*inode);
      }
      messages.remove_prefix(std::min(netlink_aligned(message.size()), messages.size()));
    }
    return false;
  }

  const UniqueFd* socket_;
  std::unordered_set<std::uint64_t>* inodes_;
  std::vector<char> space_;
  std::uint32_t sequence_ = 0;
};

constexpr std::uint32_t every_state = ~std::uint32_t{0};

void add_unix(SocketDump& dump) {
  unix_diag_req request = {};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = every_state;
  dump.add(request, offsetof(unix_diag_msg, udiag_ino));
}

void add_internet(SocketDump& dump) {
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int protocol : {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW}) {
      inet_diag_req_v2 request = {};
      request.sdiag_family = static_cast<std::uint8_t>(family);
      request.sdiag_protocol = static_cast<std::uint8_t>(protocol);
      request.idiag_states = every_state;
      dump.add(request, offsetof(inet_diag_msg, idiag_inode));
    }
  }
}

void add_netlink(SocketDump& dump) {
  netlink_diag_req request = {};
  request.sdiag_family = AF_NETLINK;
  request.sdiag_protocol = NDIAG_PROTO_ALL;
  dump.add(request, offsetof(netlink_diag_msg, ndiag_ino));
}

void add_packet(SocketDump& dump) {
  packet_diag_req request = {};
  request.sdiag_family = AF_PACKET;
  dump.add(request, offsetof(packet_diag_msg, pdiag_ino));
}

}  // namespace

std::unordered_set<std::uint64_t> own_socket_inodes() {
  std::unordered_set<std::uint64_t> inodes;
  const auto socket = open_netlink(NETLINK_SOCK_DIAG, "NETLINK_SOCK_DIAG");
  if (socket) {
    SocketDump dump(*socket, inodes);
    add_unix(dump);
    add_internet(dump);
    add_netlink(dump);
    add_packet(dump);
  }
  return inodes;
}

}  // namespace nsplay::sys
