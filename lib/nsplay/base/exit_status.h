#pragma once

namespace nsplay {

// Exit statuses that nsplay itself decides on; those of 125 and above as env(1) and docker have
// them.
constexpr int exit_no = 1;             ///< what was asked about is not there
constexpr int exit_usage = 2;          ///< trouble, or called wrongly
constexpr int exit_own_failure = 125;  ///< of a command that runs programs
constexpr int exit_not_executable = 126;
constexpr int exit_not_found = 127;

}  // namespace nsplay
