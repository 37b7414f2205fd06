#pragma once

// What is compared of a process or a namespace, section by section: each a function from one side
// to its facts.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/diff.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {

/// One of the two. Its namespaces are held, so that no number goes to another meanwhile.
struct DiffSide {
  std::string expression;
  std::optional<procfs::PinnedProcess> process;                ///< empty: it is one namespace
  std::map<ns::Kind, Result<ns::NamespaceHandle>> namespaces;  ///< of those that the kernel has
};

/// Errors: those of looking up the caller's namespaces.
Result<DiffSide> diff_side_of(target::Target target);

/// Whether both are in the same namespace of this kind.
bool share(const DiffSide& one, const DiffSide& other, ns::Kind kind);

/// Something of one side that has a name.
struct DiffFact {
  std::string path;
  Result<DiffValue> value;
};

struct DiffReader {
  std::string_view section;
  /// Whether a side has such a section.
  bool (*applies)(const DiffSide& side);
  /// What the other side has the same for sure may be left out. Errors: none of it can be read.
  Result<std::vector<DiffFact>> (*read)(const DiffSide& side, const DiffSide& other);
};

/// In the order in which they are shown.
std::span<const DiffReader> diff_readers() noexcept;

}  // namespace nsplay::ops
