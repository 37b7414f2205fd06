#pragma once

// nsplay create: a child in new namespaces, which holds them or runs a program there.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/session.h"
#include "nsplay/sys/child.h"
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

enum class Report {
  skip,
  make,  ///< looked at before the program is executed, which may end at once
};

struct CreateRequest {
  ns::KindSet kinds;
  std::optional<std::string> hostname;
  std::optional<std::string> domainname;
  Attachment attachment = Attachment::foreground;
  Init init = Init::reaping;
  std::optional<std::chrono::seconds> lifetime;  ///< of a child without a program
  std::vector<std::string> program;              ///< empty: the child only holds the namespaces
  Report report = Report::skip;
};

struct CreatedNamespace {
  ns::NamespaceRef ref;
  bool is_new = false;
};

/// What scripts want to know about a child that was created.
struct CreateReport {
  pid_t pid = 0;
  std::optional<std::uint64_t> pidfd_inode;
  std::vector<CreatedNamespace> namespaces;
  sys::Uname uname;
};

/// A child that is ready: hostname set, maps written, program executed.
struct Creation {
  pid_t pid = 0;
  sys::Uname child_uname;
  std::vector<std::string> notes;      ///< what was done that nobody asked for
  std::optional<CreateReport> report;  ///< when it was asked for
  std::optional<Session> session;      ///< of a child in the foreground
  sys::Child detached;  ///< a detached child; ended with this object unless it is released
};

/// Errors: usage (no namespace, a hostname that is empty or longer than 64 bytes, …); EPERM,
/// ENOSPC, EINVAL of clone(2); those of the set-up steps; a program that cannot be executed. No
/// process is left then.
Result<Creation> create(const CreateRequest& request);

}  // namespace nsplay::ops
