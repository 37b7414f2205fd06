#pragma once

// Where the namespaces of a join come from: TARGET, and what was named for single kinds.

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/join.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {

struct JoinSources {
  std::optional<target::Target> target;
  std::map<ns::Kind, target::Target> others;  ///< of kinds that are not taken from it
  ns::KindSet
      not_a_process;  ///< kinds whose namespace is no process's own: by --net-socket and the like
};

/// Errors: those of target::resolve; usage, `self`.
Result<JoinSources> resolve_sources(const JoinRequest& request);

/// The chosen namespaces that the caller is not in already, in the order of the kinds. Errors:
/// usage, a kind without source; nothing is left to join, and nothing else of a process is wanted;
/// EACCES, not allowed to look at a source.
Result<std::vector<ns::NamespaceHandle>> select_namespaces(const JoinRequest& request,
                                                           JoinSources& sources,
                                                           const ns::OwnNamespaces& own);

/// The process whose namespace of this kind is joined; nullptr where it is known by itself alone.
const procfs::PinnedProcess* process_of(const JoinSources& sources, ns::Kind kind);

/// TARGET's process, else the one that mnt comes from; nullptr when there is neither.
const procfs::PinnedProcess* main_process(const JoinSources& sources);

/// The same. Usage error: there is none that had a `wish` to give, such as an environment.
Result<const procfs::PinnedProcess*> main_process_for(const JoinSources& sources,
                                                      std::string_view wish);

/// Whether everything comes from TARGET's process.
bool all_from_target(const JoinSources& sources);

}  // namespace nsplay::ops
