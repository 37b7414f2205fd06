#pragma once

// The sets of kinds that tests go through: every kind alone, and all together.

#include <vector>

#include "nsplay/ns/kind.h"

namespace nsplay::test {

inline std::vector<ns::KindSet> each_kind_and_all() {
  std::vector<ns::KindSet> sets;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    sets.push_back({info.kind});
  }
  sets.push_back(ns::KindSet::all());
  return sets;
}

}  // namespace nsplay::test
