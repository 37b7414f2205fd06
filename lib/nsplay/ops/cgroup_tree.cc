#include "nsplay/ops/cgroup_tree.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

/// A descriptor is held for each level. The kernel allows any depth, unless cgroup.max.descendants
/// or cgroup.max.depth says otherwise.
constexpr int most_levels = 64;
constexpr std::size_t most_cgroups = 4096;

constexpr std::size_t events_limit = 4096;
constexpr std::string_view called = "cgroup";

/// cgroup.events tells of this cgroup and of all below it, cgroups(7).
Result<bool> has_processes(const sys::UniqueFd& cgroup) {
  const sys::UniqueFd events = TRY(sys::open_at(cgroup, "cgroup.events", O_RDONLY, called));
  const std::string text = TRY(sys::read_all(events, events_limit, called));
  const auto lines = split(text, '\n');
  return std::find(lines.begin(), lines.end(), "populated 0") == lines.end();
}

class Removal {
 public:
  explicit Removal(const RemovalListener& listener) : listener_(listener) {}

  /// `path` ends in a slash, or is that of the first.
  void remove_below(const sys::UniqueFd& cgroup, const std::string& path, int levels) {
    const auto names = sys::names_in(cgroup, called);
    if (!names || levels == 0) {
      return;
    }
    for (const std::string& name : *names) {
      // What is no directory is one of the cgroup's own files.
      const auto child = sys::open_directory_inside(cgroup, name.c_str(), called);
      if (child && left_ > 0) {
        --left_;
        remove_below(*child, path + name + "/", levels - 1);
        remove(cgroup, name, path + name);
      }
    }
  }

 private:
  void remove(const sys::UniqueFd& parent, const std::string& name, const std::string& path) {
    if (sys::remove_directory_at(parent, name.c_str(), called) && listener_) {
      listener_(path);
    }
  }

  const RemovalListener& listener_;
  std::size_t left_ = most_cgroups;  ///< that may still be looked at
};

}  // namespace

void remove_empty_cgroups_below(const sys::UniqueFd& cgroup, const RemovalListener& listener) {
  if (!has_processes(cgroup).value_or(true)) {
    Removal(listener).remove_below(cgroup, "", most_levels);
  }
}

}  // namespace nsplay::ops
