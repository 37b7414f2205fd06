#pragma once

// Trees of namespaces to render.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/ops/tree.h"

#include "render/lists.h"

namespace nsplay::test {

/// Nodes are added in the order in which they are shown.
class TreeMaker {
 public:
  explicit TreeMaker(ops::TreeBy by = ops::TreeBy::owner) { report_.by = by; }

  std::size_t root(ops::ListedNamespace listed) {
    report_.roots.push_back(add(std::move(listed)));
    return report_.roots.back();
  }

  std::size_t below(std::size_t node, ops::ListedNamespace listed) {
    const std::size_t added = add(std::move(listed));
    report_.nodes[node].children.push_back(added);
    return added;
  }

  ops::TreeReport& report() { return report_; }

 private:
  std::size_t add(ops::ListedNamespace listed) {
    report_.nodes.push_back({std::move(listed), std::nullopt, {}});
    return report_.nodes.size() - 1;
  }

  ops::TreeReport report_;
};

/// One that processes are in.
inline ops::ListedNamespace inhabited(ns::Kind kind,
                                      std::uint64_t inode,
                                      const std::string& command) {
  ops::ListedNamespace listed;
  listed.ref = {kind, inode, std::nullopt};
  listed.processes = 2;
  listed.process = listed_process();
  listed.process->command = command;
  return listed;
}

inline ops::ListedNamespace user_namespace(std::uint64_t inode, uid_t uid) {
  ops::ListedNamespace listed = inhabited(ns::Kind::user, inode, "init");
  listed.owner_uid = uid;
  return listed;
}

/// Two user namespaces with what they own.
inline ops::TreeReport owner_tree() {
  TreeMaker maker;
  const std::size_t first = maker.root(user_namespace(4026531837, 0));
  maker.below(first, inhabited(ns::Kind::net, 4026531840, "init"));
  const std::size_t second = maker.below(first, user_namespace(4026532200, 1000));
  maker.below(second, inhabited(ns::Kind::uts, 4026532201, "sleep 200"));
  maker.below(first, bare_net_namespace());
  return maker.report();
}

/// A pid namespace in another, with their processes.
inline ops::TreeReport parent_tree(std::size_t processes) {
  TreeMaker maker(ops::TreeBy::parent);
  const std::size_t outer = maker.root(inhabited(ns::Kind::pid, 4026531836, "init"));
  const std::size_t inner = maker.below(outer, inhabited(ns::Kind::pid, 4026532200, "sh"));
  maker.report().nodes[outer].members.emplace(processes, listed_process());
  maker.report().nodes[inner].members.emplace(1, listed_process());
  return maker.report();
}

}  // namespace nsplay::test
