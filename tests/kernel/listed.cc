#include "kernel/listed.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "nsplay/ns/handle.h"

#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {

ops::ListReport list_of(const ops::ListRequest& request) {
  const auto report = ops::list(request);
  EXPECT_TRUE(report) << report.error().message();
  return report.value_or(ops::ListReport());
}

ops::ListReport list_of_unvisited(pid_t pid, std::size_t processes) {
  const std::uint64_t inode = namespace_inode(pid, ns::Kind::mnt);
  ops::ListReport report;
  EXPECT_TRUE(eventually([&] {
    report = list_of();
    return entry_of(report, ns::Kind::mnt, inode).processes == processes;
  }));
  return report;
}

ops::ListedNamespace entry_of(const ops::ListReport& report, ns::Kind kind, std::uint64_t inode) {
  const auto found = std::find_if(
      report.namespaces.begin(), report.namespaces.end(), [&](const ops::ListedNamespace& entry) {
        return entry.ref.kind == kind && entry.ref.inode == inode;
      });
  EXPECT_NE(found, report.namespaces.end()) << ns::format_namespace(kind, inode);
  return found == report.namespaces.end() ? ops::ListedNamespace() : *found;
}

bool has(const ops::ListReport& report, ns::Kind kind, std::uint64_t inode) {
  return std::any_of(
      report.namespaces.begin(), report.namespaces.end(), [&](const ops::ListedNamespace& entry) {
        return entry.ref.kind == kind && entry.ref.inode == inode;
      });
}

bool lists_eventually(const ops::ListRequest& request,
                      ns::Kind kind,
                      std::uint64_t inode,
                      const std::function<bool(const ops::ListedNamespace&)>& is_right) {
  return eventually([&] {
    const auto report = list_of(request);
    return has(report, kind, inode) && is_right(entry_of(report, kind, inode));
  });
}

bool lists_no_more(const ops::ListRequest& request, ns::Kind kind, std::uint64_t inode) {
  return eventually([&] { return !has(list_of(request), kind, inode); });
}

void open_or_end(const std::string& file) {
  must(::open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0, "open");
}

void open_socket_or_end() {
  must(::socket(AF_UNIX, SOCK_DGRAM, 0) >= 0, "socket");
}

}  // namespace nsplay::test
