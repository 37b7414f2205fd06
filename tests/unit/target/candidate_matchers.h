#pragma once

// What an engine is expected to say of a container.

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "nsplay/target/engines/engine.h"

namespace nsplay {
namespace target {

/// GoogleTest would show it byte by byte.
// NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
inline void PrintTo(const Candidate& candidate, std::ostream* out) {
  *out << ::testing::PrintToString(candidate.names) << " "
       << ::testing::PrintToString(candidate.ids) << " pid " << candidate.pid << " start "
       << ::testing::PrintToString(candidate.start_time) << " keeper " << candidate.keeper << " by "
       << candidate.source;
}

}  // namespace target

namespace test {

using Texts = std::vector<std::string>;

inline auto is_called(const Texts& names, const Texts& ids) {
  return testing::AllOf(testing::Field("names", &target::Candidate::names, names),
                        testing::Field("ids", &target::Candidate::ids, ids));
}

inline auto is_kept_by(pid_t keeper, pid_t pid) {
  return testing::AllOf(testing::Field("keeper", &target::Candidate::keeper, keeper),
                        testing::Field("pid", &target::Candidate::pid, pid));
}

inline auto is_said_by(const std::string& source,
                       pid_t pid,
                       std::optional<std::uint64_t> start_time) {
  return testing::AllOf(testing::Field("source", &target::Candidate::source, source),
                        testing::Field("pid", &target::Candidate::pid, pid),
                        testing::Field("start_time", &target::Candidate::start_time, start_time));
}

inline auto is_standing(target::Standing standing) {
  return testing::Field("standing", &target::Candidate::standing, standing);
}

}  // namespace test
}  // namespace nsplay
