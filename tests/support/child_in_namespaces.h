#pragma once

// A target for tests: a process in namespaces of its own, made by plain unshare(2) without the
// library that is under test. It is ready when the constructor returns, stays until the destructor
// kills and reaps it, and dies with the test.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/ns/kind.h"

namespace nsplay::test {

/// What the test writes into uid_map, gid_map and setgroups of a new user namespace.
struct Maps {
  std::string users;
  std::string groups;
  std::string setgroups;  ///< empty: left as it is
};

/// The caller is root there, and nobody else exists. What an ordinary user can have.
Maps caller_as_root();

/// The caller has these ids there, and nobody else exists.
Maps caller_as(uid_t uid, gid_t gid);

/// Every id as itself; only root can write that.
Maps every_id();

/// Whether others of the same user may look at a target, as at most processes.
enum class Dumpable { yes, no };

struct TargetOptions {
  ns::KindSet kinds = {};
  Maps maps = caller_as_root();       ///< when `kinds` has user; all empty: none is written
  std::function<void()> before = {};  ///< runs before the namespaces are made
  std::function<void()> inside = {};  ///< runs in the target, when it is in its namespaces
  /// When not empty, the target executes a program that does nothing, with this environment.
  std::vector<std::string> environment = {};
  Dumpable dumpable = Dumpable::yes;
};

/// With `children` more processes in the namespaces, which end with the target if there is a pid
/// namespace among them.
TargetOptions with_children(ns::KindSet kinds, int children);

class ChildInNamespaces {
 public:
  explicit ChildInNamespaces(TargetOptions options);

  /// The same with every other option as it is.
  explicit ChildInNamespaces(ns::KindSet kinds)
      : ChildInNamespaces(TargetOptions{.kinds = kinds}) {}

  ChildInNamespaces(const ChildInNamespaces&) = delete;
  ChildInNamespaces& operator=(const ChildInNamespaces&) = delete;
  ~ChildInNamespaces() { end(); }

  /// As the test's pid namespace numbers it.
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// The pid as a TARGET.
  [[nodiscard]] std::string expression() const { return std::to_string(pid_); }

  /// In /proc/PID/ns.
  [[nodiscard]] std::string namespace_file(ns::Kind kind) const;

  /// Kills it and leaves the zombie to the destructor.
  void kill_without_reaping() const;

  /// Kills and reaps now.
  void end() noexcept;

 private:
  pid_t pid_ = 0;
  std::string pid_namespace_;
};

/// A target that has left its user namespace, in which nobody is any more, for one below it.
class ChildInInnerUserNamespace {
 public:
  ChildInInnerUserNamespace();

  [[nodiscard]] pid_t pid() const { return child_->pid(); }

  /// The inode of the one that it has left.
  [[nodiscard]] std::uint64_t outer() const { return outer_; }

 private:
  std::optional<ChildInNamespaces> child_;
  std::uint64_t outer_ = 0;
};

/// What an ordinary user has to add to `kinds`, so that he may make them; nothing for root.
ns::KindSet with_privilege_for(ns::KindSet kinds);

/// The user namespace of this process is left for a new one with these maps, written by a helper
/// outside. For children of tests.
void enter_user_namespace(const Maps& maps);

/// unshare(2) of `kinds`, or the child's end. For children of tests.
void unshare_or_end(ns::KindSet kinds);

}  // namespace nsplay::test
