#pragma once

// nsplay join: a program in the namespaces of a process, or in one namespace.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/environment.h"
#include "nsplay/ops/launch.h"
#include "nsplay/ops/narration.h"
#include "nsplay/ops/session.h"

namespace nsplay::ops {

/// The first two are looked up by the caller before the crossing; where they are "", the target's
/// own is meant.
struct PlaceRequest {
  std::optional<std::string> root = {};
  std::optional<std::string> working_directory = {};
  std::optional<std::string> directory_there = {};  ///< the same, looked up after the crossing
};

/// A number, a name as /etc/passwd or /etc/group of the program's root directory has it, or
/// "follow": what the target's process is.
struct IdentityRequest {
  std::optional<std::string> user = {};   ///< with its group and supplementary groups
  std::optional<std::string> group = {};  ///< without supplementary groups
  bool exactly_follow = false;            ///< all ids as TARGET's process has them
  bool preserve = false;                  ///< all ids stay what they are, also in a user namespace
};

enum class PtyRule {
  when_on_terminal,  ///< when stdin, stdout and stderr are terminals
  always,
  never,
};

/// What the program gets beside what the target has, in a mount namespace of its own.
struct FreshMounts {
  bool sys = false;   ///< a /sys of the network namespace that is joined without mnt
  bool proc = false;  ///< a /proc of the pid namespace that is joined without mnt
};

enum class ForkRule {
  child,  ///< the program is a child; nsplay stays
  self,   ///< nsplay becomes the program
};

struct JoinRequest {
  std::string target;  ///< empty: every kind that is joined has a source of its own
  ns::KindSet kinds;   ///< empty: every kind that differs from the caller's
  std::map<ns::Kind, std::string> sources = {};  ///< of kinds that are not TARGET's: other TARGETs
  bool every_kind = false;                       ///< with sources: what differs of TARGET's as well
  std::optional<int> net_socket = {};  ///< net is that of this socket, a descriptor of TARGET's
  bool user_parent = false;            ///< user is the parent of what it would be
  std::vector<std::string> program;    ///< empty: a shell
  EnvironmentRequest environment;  ///< by default the target's when mnt is joined from a process
  IdentityRequest identity;        ///< by default what fits the user namespace, if that is joined
  Privileges privileges;
  bool as_target = false;       ///< the program is and may do what TARGET's process is and may do
  bool join_cgroup = false;     ///< the program is in the cgroups of TARGET's process
  bool follow_context = false;  ///< the security module's context is that of TARGET's process
  FreshMounts fresh_mounts = {};
  ForkRule fork = ForkRule::child;
  /// Called before nsplay becomes the program, which is the last that can be told.
  std::function<void(const std::vector<std::string>& notes)> tell_notes = {};
  PtyRule pty = PtyRule::when_on_terminal;  ///< whether the program gets a terminal of its own
  int preserved_files = 0;                  ///< so many descriptors from 3 on cross as well
  PlaceRequest place;  ///< by default the target's when mnt is joined from a process
  Narrator narrator = {};
};

/// A program that runs there.
struct Joined {
  std::vector<std::string> notes;  ///< what differs from what the user may expect
  Session session;
};

/// Errors: those of target::resolve; nothing left to join; EACCES and EPERM with the rule that
/// refuses; a program that cannot be executed there. No process is left then. With ForkRule::self
/// it returns only with an error, and the caller may be half inside then: all that it can do is
/// end.
Result<Joined> join(const JoinRequest& request);

}  // namespace nsplay::ops
