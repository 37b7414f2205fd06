#include "nsplay/sys/network_ids.h"

#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>

#include "nsplay/base/try.h"
#include "nsplay/sys/netlink.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

/// One attribute and what precedes it.
struct Question {
  nlmsghdr header = {};
  rtgenmsg family = {};
  alignas(netlink_alignment) nlattr attribute = {};
  std::uint32_t file = 0;
};

Question question_about(const UniqueFd& net_namespace, std::uint32_t sequence) {
  Question question;
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = RTM_GETNSID;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.header.nlmsg_seq = sequence;
  question.attribute.nla_len = sizeof question.attribute + sizeof question.file;
  question.attribute.nla_type = NETNSA_FD;
  question.file = static_cast<std::uint32_t>(net_namespace.get());
  return question;
}

Error error_of_asking(int errnum) {
  return Error::of(errnum, "RTM_GETNSID", "");
}

std::optional<std::int32_t> id_among(std::string_view attributes) {
  while (const auto header = netlink_part<nlattr>(attributes, 0)) {
    const std::string_view attribute = attributes.substr(0, header->nla_len);
    if (header->nla_type == NETNSA_NSID || attribute.size() < sizeof *header) {
      return netlink_part<std::int32_t>(attribute, sizeof *header);
    }
    attributes.remove_prefix(std::min(netlink_aligned(attribute.size()), attributes.size()));
  }
  return std::nullopt;
}

Result<std::optional<std::int32_t>> id_in(std::string_view answer, const nlmsghdr& header) {
  if (header.nlmsg_type == NLMSG_ERROR) {
    const auto error = netlink_part<int>(answer, sizeof header);
    return fail(error_of_asking(error && *error < 0 ? -*error : EBADMSG));
  }
  constexpr std::size_t begin = sizeof header + netlink_aligned(sizeof(rtgenmsg));
  const bool is_whole = header.nlmsg_len >= begin && header.nlmsg_len <= answer.size();
  const auto id = is_whole && header.nlmsg_type == RTM_NEWNSID
                      ? id_among(answer.substr(begin, header.nlmsg_len - begin))
                      : std::nullopt;
  if (!id) {
    return fail(error_of_asking(EBADMSG));
  }
  return *id == NETNSA_NSID_NOT_ASSIGNED ? std::nullopt : std::optional(*id);
}

/// The kernel answers while it is asked, so that nothing has to be waited for. EAGAIN: it has not.
Result<std::optional<std::int32_t>> receive_id(const UniqueFd& socket, std::uint32_t sequence) {
  for (;;) {
    std::array<char, 512> space = {};
    const auto count =
        retry([&] { return ::recv(socket.get(), space.data(), space.size(), MSG_DONTWAIT); });
    if (count < 0) {
      const int error = errno;
      return fail(error_of_asking(error));
    }
    const std::string_view answer(space.data(), static_cast<std::size_t>(count));
    const auto header = netlink_part<nlmsghdr>(answer, 0);
    // Else it is that of a question before, which failed.
    if (header && header->nlmsg_seq == sequence) {
      return id_in(answer, *header);
    }
  }
}

}  // namespace

Result<NetworkIds> NetworkIds::open() {
  return NetworkIds(TRY(open_netlink(NETLINK_ROUTE, "NETLINK_ROUTE")));
}

Result<std::optional<std::int32_t>> NetworkIds::of(const UniqueFd& net_namespace) {
  const Question question = question_about(net_namespace, ++sequence_);
  if (retry([&] { return ::send(socket_.get(), &question, sizeof question, 0); }) < 0) {
    const int error = errno;
    return fail(error_of_asking(error));
  }
  return receive_id(socket_, sequence_);
}

}  // namespace nsplay::sys
