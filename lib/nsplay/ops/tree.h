#pragma once

// nsplay tree: the namespaces of the machine, each below the one that it belongs to.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/forest.h"
#include "nsplay/ops/listing.h"
#include "nsplay/ops/process_look.h"

namespace nsplay::ops {

/// What a namespace hangs below.
enum class TreeBy {
  owner,    ///< the user namespace that owns it; for a user namespace: its parent
  parent,   ///< of pid and user namespaces alone, the pid namespaces with their processes
  process,  ///< the one, of its kind, that its processes come from
};

struct TreeWay {
  TreeBy by;
  std::string_view name;
};

/// In the order of the enumeration.
inline constexpr std::array<TreeWay, 3> tree_ways = {
    {{TreeBy::owner, "owner"}, {TreeBy::parent, "parent"}, {TreeBy::process, "process"}}};

struct TreeRequest {
  TreeBy by = TreeBy::owner;
  ns::KindSet kinds = ns::KindSet::all();
  std::string target = {};  ///< a TARGET that the tree is about; empty: everything
  ns::Sources sources = ns::Sources::quick;
  ns::OnProgress on_progress = {};  ///< of the sources that are not quick
};

struct TreeNode {
  ListedNamespace listed;
  /// By parent: who is in a pid namespace, by pid; of a TARGET that is a process, it alone. Empty:
  /// that was not asked.
  std::optional<std::vector<ListedProcess>> members;
  std::vector<std::size_t> children;  ///< nodes, all of which stand behind this one
};

struct TreeReport {
  TreeBy by = TreeBy::owner;
  std::string target;
  std::vector<TreeNode> nodes;  ///< in the order in which they are shown
  std::vector<std::size_t> roots;
  std::size_t unreadable_processes = 0;  ///< that the caller may not look at
  std::size_t lifted = 0;  ///< nodes below level most_tree_levels, which are shown on that level
};

/// With a TARGET that is a process: its namespaces, and what these hang below; one that is a
/// namespace: it, what it hangs below and all that hangs below it. Errors: usage, these kinds have
/// no parent; those of target::resolve and of reading /proc.
Result<TreeReport> tree(const TreeRequest& request);

}  // namespace nsplay::ops
