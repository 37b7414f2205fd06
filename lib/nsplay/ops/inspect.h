#pragma once

// nsplay inspect: who a process is, which namespaces it is in, and how its uname differs from here.

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/uts.h"
#include "nsplay/target/container.h"

namespace nsplay::ops {

enum class Members { skip, count };

struct InspectRequest {
  std::string target;
  Members members = Members::skip;  ///< counting costs a look at every process of the machine
};

struct OwnerView {
  ns::NamespaceRef ref;
  uid_t uid = 0;
};

/// What the caller can see of one namespace.
struct NamespaceView {
  ns::NamespaceRef ref;
  bool same_as_caller = false;
  Result<std::optional<OwnerView>> owner;          ///< empty: the initial user namespace
  Result<std::optional<ns::NamespaceRef>> parent;  ///< pid and user only; empty: the initial one
  std::optional<std::size_t> processes;            ///< when they were counted
};

/// One of the kinds; the error says why nothing can be seen.
struct NamespaceRow {
  ns::Kind kind = ns::Kind::uts;
  Result<NamespaceView> view;
};

struct ProcessView {
  pid_t pid = 0;
  std::string comm;     ///< as the process chose it
  std::string command;  ///< its command line, as the process chose it; empty for a kernel thread
  char state = '?';
  uid_t uid = 0;
  std::optional<std::string> user;
  std::chrono::system_clock::time_point start;
  std::optional<target::Container> container;  ///< that it is in, as far as that can be told
};

struct UnameField {
  std::string_view name;
  std::string caller;
  std::string target;
  [[nodiscard]] bool differs() const { return caller != target; }
};

struct InspectReport {
  std::string expression;
  std::optional<ProcessView> process;  ///< empty: the target is one namespace
  std::vector<NamespaceRow> namespaces;
  sys::Uname caller_uname;
  std::optional<Result<sys::Uname>> target_uname;  ///< empty: the target has none
  std::size_t unreadable_processes = 0;            ///< that could not be counted
};

inline constexpr std::size_t uname_field_count = 6;

/// Both sides, field by field.
std::array<UnameField, uname_field_count> compare(const sys::Uname& caller,
                                                  const sys::Uname& target);

/// Errors: those of target::resolve. Parts that cannot be read are errors inside the report.
Result<InspectReport> inspect(const InspectRequest& request);

}  // namespace nsplay::ops
