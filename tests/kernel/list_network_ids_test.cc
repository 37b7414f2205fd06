// The number that the caller's network namespace has given to another, in nsplay list.

#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/listed.h"
#include "support/child_in_namespaces.h"
#include "support/deny_syscall.h"
#include "support/leak_check.h"
#include "support/must.h"
#include "support/pipes.h"
#include "support/processes.h"
#include "support/run_nsplay.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::HasSubstr;

class ListNetworkIds : public LeakCheck {};

/// RTM_NEWNSID, as it is sent.
struct Assignment {
  nlmsghdr header = {sizeof(Assignment), RTM_NEWNSID, NLM_F_REQUEST | NLM_F_ACK, 1, 0};
  rtgenmsg family = {};
  alignas(NLMSG_ALIGNTO) nlattr before_id = {8, NETNSA_NSID};
  std::int32_t id = 0;
  nlattr before_pid = {8, NETNSA_PID};
  std::uint32_t pid = 0;
};

struct Acknowledgement {
  nlmsghdr header = {};
  nlmsgerr error = {};
};

/// The network namespace of this process gives the number to that of another.
void assign_id(pid_t pid, std::int32_t id) {
  const sys::UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  Assignment question;
  question.id = id;
  question.pid = static_cast<std::uint32_t>(pid);
  Acknowledgement answer;
  must(::send(socket.get(), &question, sizeof question, 0) == sizeof question, "send");
  must(::recv(socket.get(), &answer, sizeof answer, 0) >= NLMSG_HDRLEN + 4, "recv");
  errno = -answer.error.error;
  must(answer.header.nlmsg_type == NLMSG_ERROR && answer.error.error == 0, "RTM_NEWNSID");
}

/// Its lines of an inode and a number.
std::string listed_by_lsns() {
  PipeEnds pipe = open_pipe();
  Subprocess lsns(
      {"lsns", "-t", "net", "-n", "-r", "-o", "NS,NETNSID"}, {}, {.out = pipe.write_end.get()});
  pipe.write_end.reset();
  std::string text = PipeReader(std::move(pipe.read_end)).read_rest();
  EXPECT_EQ(lsns.wait(), 0);
  return text;
}

std::string line_of_lsns(pid_t pid, const std::string& number) {
  return std::to_string(namespace_inode(pid, Kind::net)) + " " + number + "\n";
}

ops::ListedNamespace listed_net(pid_t pid) {
  return entry_of(list_of(), Kind::net, namespace_inode(pid, Kind::net));
}

/// In a network namespace of one's own, where one may give numbers.
void in_own_net(const std::function<void()>& body) {
  EXPECT_TRUE(passed(in_child([&] {
    if (::geteuid() != 0) {
      enter_user_namespace(caller_as_root());
    }
    unshare_or_end({Kind::net});
    body();
  })));
}

TEST_F(ListNetworkIds, AreThoseOfTheCallersNetworkNamespace) {
  in_own_net([] {
    const ChildInNamespaces target({Kind::net});
    const ChildInNamespaces other({Kind::net});
    assign_id(target.pid(), 7);
    const auto of_target = listed_net(target.pid()).network_id;
    ASSERT_TRUE(of_target);
    EXPECT_EQ(of_target->number, 7);
    const auto of_other = listed_net(other.pid()).network_id;
    ASSERT_TRUE(of_other);
    EXPECT_EQ(of_other->number, std::nullopt);
    const std::string of_lsns = listed_by_lsns();
    EXPECT_THAT(of_lsns, HasSubstr(line_of_lsns(target.pid(), "7")));
    EXPECT_THAT(of_lsns, HasSubstr(line_of_lsns(other.pid(), "unassigned")));
  });
}

TEST_F(ListNetworkIds, AreGivenToNobodyByAsking) {
  in_own_net([] {
    const ChildInNamespaces target({Kind::net});
    for (int i = 0; i < 2; ++i) {
      const auto listed = listed_net(target.pid()).network_id;
      ASSERT_TRUE(listed);
      EXPECT_EQ(listed->number, std::nullopt);
    }
  });
}

TEST_F(ListNetworkIds, AreOfNoOtherKind) {
  for (const auto& entry : list_of().namespaces) {
    EXPECT_EQ(entry.network_id.has_value(), entry.ref.kind == Kind::net);
  }
}

TEST_F(ListNetworkIds, AreOnlyLookedUpForThoseWhoWantThem) {
  const auto report = list_of({.kinds = {Kind::net}, .details = {.network_ids = false}});
  EXPECT_FALSE(report.namespaces.empty());
  for (const auto& entry : report.namespaces) {
    EXPECT_FALSE(entry.network_id);
  }
}

TEST_F(ListNetworkIds, AreNotKnownWhereTheSocketIsRefused) {
  EXPECT_TRUE(passed(in_child([] {
    deny_syscall(SYS_socket, EACCES);
    const auto report = list_of({.kinds = {Kind::net}});
    EXPECT_FALSE(report.namespaces.empty());
    for (const auto& entry : report.namespaces) {
      EXPECT_FALSE(entry.network_id);
    }
  })));
}

}  // namespace
}  // namespace nsplay::test
