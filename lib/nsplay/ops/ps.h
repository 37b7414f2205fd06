#pragma once

// nsplay ps: the containers and plays of the machine that run, and what each shares with whom.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/process_look.h"
#include "nsplay/target/container.h"

namespace nsplay::ops {

/// With whom a container has a namespace in common.
struct SharedKind {
  ns::Kind kind = ns::Kind::uts;
  bool with_host = false;              ///< the caller is in it too, or pid 1 is
  std::vector<std::size_t> with = {};  ///< else: which other containers of the report are
};

/// What the caller gets to see of the namespaces of a container.
struct NamespaceUse {
  ns::KindSet own;  ///< that nobody else of the report is in
  std::vector<SharedKind> shared;
};

struct ListedContainer {
  target::Container container;
  ListedProcess process;     ///< its init
  Result<NamespaceUse> use;  ///< an error: the caller may not look
};

struct PsReport {
  std::vector<ListedContainer> containers;  ///< plays first, then by engine
  std::vector<std::string> unreadable;      ///< places of engines that are kept from the caller
  std::vector<Error> broken;                ///< files that are not what they should be
};

/// Errors: those of reading /proc.
Result<PsReport> list_containers();

}  // namespace nsplay::ops
