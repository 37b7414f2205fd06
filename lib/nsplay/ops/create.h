#pragma once

// nsplay create: a child in new namespaces, which holds them or runs a program there.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/create_mounts.h"
#include "nsplay/ops/create_program.h"
#include "nsplay/ops/created_cgroup.h"
#include "nsplay/ops/detached_child.h"
#include "nsplay/ops/id_request.h"
#include "nsplay/ops/narration.h"
#include "nsplay/ops/network_helper.h"
#include "nsplay/ops/network_request.h"
#include "nsplay/ops/session.h"
#include "nsplay/ops/time_offsets.h"
#include "nsplay/ops/traces.h"
#include "nsplay/sys/uts.h"

namespace nsplay::ops {

enum class Attachment {
  foreground,  ///< the child ends with nsplay
  detached,    ///< it lives on: own session, no terminal, no inherited files
};

/// What the first process of a new pid namespace is.
enum class Init {
  reaping,  ///< nsplay itself: reaps orphans, passes signals on to the program
  program,  ///< the program, with all that means for its signals (pid_namespaces(7))
};

struct CreatedNamespace {
  ns::NamespaceRef ref;
  bool is_new = false;
};

/// What scripts want to know about a child that was created.
struct CreateReport {
  std::optional<std::string> name;  ///< of the play that it is
  pid_t pid = 0;
  std::optional<std::uint64_t> pidfd_inode;
  std::vector<CreatedNamespace> namespaces;
  sys::Uname uname;
};

struct CreateRequest {
  ns::KindSet kinds;
  std::map<ns::Kind, std::string> files;  ///< on which new namespaces are bound
  std::optional<std::string> name;        ///< of the play that the child is to be
  std::optional<std::string> like;        ///< a TARGET whose namespaces the new ones shall resemble
  std::optional<std::string> hostname;
  std::optional<std::string> domainname;
  IdsRequest ids;            ///< any of it implies kind user
  TimeOffsets time_offsets;  ///< any of them implies kind time
  MountsRequest mounts;      ///< any of them but the working directory implies kind mnt
  NetworkRequest network;
  AccountRequest account;  ///< as whom the program runs
  Privileges privileges;
  EnvironmentRequest environment;
  std::optional<std::string> cgroup;  ///< of the child, below the mount of cgroup2
  int end_signal = SIGKILL;           ///< what the program gets when the front process has ended
  Attachment attachment = Attachment::foreground;
  Init init = Init::reaping;
  std::optional<std::chrono::seconds> lifetime;  ///< of a child without a program
  std::vector<std::string> program;              ///< empty: the child only holds the namespaces
  /// Is told about the child before the program is executed, which may end at once. An error of it
  /// ends the child. Empty: nobody looks at the child.
  std::function<Result<>(const CreateReport&)> announce;
  Narrator narrator = {};
};

/// A child that is ready: hostname set, maps written, program executed.
struct Creation {
  pid_t pid = 0;
  sys::Uname child_uname;
  std::vector<std::string> notes;  ///< what was done that nobody asked for
  CreatedCgroup cgroup;            ///< first, for it goes after what ends the child
  Traces traces;                   ///< the same
  std::optional<Session> session;  ///< of a child in the foreground
  DetachedChild detached;
  NetworkHelper network;  ///< last, for it ends first, of a child that nobody released

  /// Somebody knows of the child: a detached one lives without us from here on, with what it left
  /// for others to find; files that one in the foreground has left outlive it.
  void release() noexcept;
};

/// Errors: usage (no namespace, a hostname that is empty or longer than 64 bytes, …); a name that
/// is in use; EPERM,
/// ENOSPC, EINVAL of clone(2); those of the set-up steps; a program that cannot be executed. No
/// process is left then.
Result<Creation> create(const CreateRequest& request);

}  // namespace nsplay::ops
