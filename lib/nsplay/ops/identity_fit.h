#pragma once

// What a user namespace allows of the identity that a program was asked to have: shared by create,
// whose maps are about to be written, and join, whose maps are read from a process.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/launch.h"
#include "nsplay/ops/mapped_ids.h"

namespace nsplay::ops {

/// Whether an id was asked for by itself, or only goes with another one.
enum class Wish { named, implied };

struct IdentityWishes {
  Wish user = Wish::implied;
  Wish group = Wish::implied;
};

/// What was asked for has to be mapped; the group that only goes with the user does not, and is
/// kept then as it is, with a note. Errors: "uid 4711 has no mapping there".
Result<> check_mapped(const IdentityWishes& wishes,
                      const MappedIds& user_namespace,
                      Identity& identity,
                      std::vector<std::string>& notes);

/// setgroups(2) takes all of them or none, so those that are not mapped are left out, with a note.
void leave_out_unmapped_groups(const MappedIds& user_namespace,
                               Identity& identity,
                               std::vector<std::string>& notes);

/// For a user namespace that forbids setgroups: the program has the groups that its maker has. A
/// note says so where that is not what was asked for.
void keep_groups(Identity& identity, std::vector<std::string>& notes);

}  // namespace nsplay::ops
