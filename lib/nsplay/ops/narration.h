#pragma once

// --narrate: each kernel call that matters, told as it is made, and what it changed. What the front
// process does it tells itself; a child sends its steps through the pipe of its reports, before the
// program is executed, and the front process words them.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/cgroup.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/session.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {

/// A call. Its text is as it is, not yet harmless to print.
struct NarratedCall {
  enum class By { nsplay, child };
  By by = By::nsplay;
  std::string call;                         ///< "sethostname('x')"
  std::optional<std::int64_t> result = {};  ///< none: it is about to be made
  int errnum = 0;
};

/// What is not any more what it was: "uts", "[4026531838]", "[4026532178]".
struct NarratedChange {
  std::string what;
  std::string before;
  std::string after;
};

using Narrated = std::variant<NarratedCall, NarratedChange>;

/// Is told everything in the order in which it happens. Empty: nobody listens, and no text is made.
using Narrator = std::function<void(const Narrated&)>;

/// A call of nsplay's own that came to `errnum`, or else to `result`.
void narrate_call(const Narrator& narrator, std::string call, std::int64_t result, int errnum = 0);

/// The same with what came of the call, whose text is made when somebody listens.
template <typename Words>
void narrate_outcome(const Narrator& narrator, const Result<>& outcome, const Words& words) {
  if (narrator) {
    narrate_call(narrator, words(), 0, outcome ? 0 : outcome.error().errnum);
  }
}

/// clone(2) with the CLONE_NEW* bits of `flags`, or clone3(2) into a cgroup.
void narrate_clone(const Narrator& narrator,
                   std::uint64_t flags,
                   const Result<sys::Child>& child,
                   const OpenCgroup* cgroup = nullptr);

/// A process is in another namespace of this kind than before.
void narrate_move(const Narrator& narrator,
                  ns::Kind kind,
                  std::uint64_t before,
                  std::uint64_t after);

/// The end of the child, whose status a shell would tell.
void narrate_end(const Narrator& narrator, pid_t child, int status);

/// "'sh', '-c', 'id'".
std::string quoted_words(const std::vector<std::string>& words);

/// A child tells its steps through this pipe, which has to stay where it is.
StepTeller teller_through(const sys::UniqueFd& pipe);

/// What only the maker of a plan knows of a step.
struct StepWords {
  std::string subject;      ///< what it is applied to
  std::int64_t result = 0;  ///< what its call returns when it succeeds
};

/// Words what a child reports; of an outcome only a failure that is not the one that was told last.
/// Whether there was something to tell.
bool narrate_step(const Narrator& narrator,
                  const ChildReport& report,
                  const ChildReport& last,
                  const std::function<StepWords()>& words,
                  NarratedCall::By by = NarratedCall::By::child);

/// await_report() of a child that tells its steps: the next outcome. The listener gets that too,
/// and all that comes before it.
Result<std::optional<ChildReport>> await_narrated(const sys::UniqueFd& reports,
                                                  const sys::SignalInbox& inbox,
                                                  const StepTeller::Listener& listener,
                                                  const WaitingCheck& check = {});

}  // namespace nsplay::ops
