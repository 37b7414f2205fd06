#pragma once

// nsplay list --plays and nsplay stop: the children that have a name.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/target/play.h"

namespace nsplay::ops {

struct PlaysReport {
  std::vector<target::Play> plays;  ///< those that are alive, by name
  std::vector<std::string> notes;   ///< what else lies in the register, or why there is none
};

/// Removes from the register what is gone. Errors: those of reading it.
Result<PlaysReport> list_plays();

enum class StopScope { named, all };

struct StopRequest {
  StopScope scope = StopScope::named;
  std::vector<std::string> names;    ///< with or without "play:"
  std::chrono::seconds timeout{10};  ///< from SIGTERM to SIGKILL
};

struct StoppedPlay {
  std::string name;
  bool was_killed = false;     ///< it did not obey SIGTERM in time
  std::optional<Error> error;  ///< why it was not stopped; ESRCH: there is nothing to stop
};

/// Sends SIGTERM to each, waits, then SIGKILL to those that are left: by pidfd, so that no other
/// process ever gets one. Each play's file is gone when its process is. Errors: those of reading
/// the register; what fails for one play is said of that one.
Result<std::vector<StoppedPlay>> stop_plays(const StopRequest& request);

}  // namespace nsplay::ops
