#include "nsplay/ops/narration.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::ops {
namespace {

using By = NarratedCall::By;

/// The kernel calls that of mnt CLONE_NEWNS.
std::string flag_of(ns::Kind kind) {
  std::string name(kind == ns::Kind::mnt ? "ns" : ns::name_of(kind));
  for (char& letter : name) {
    letter = static_cast<char>(letter - 'a' + 'A');
  }
  return "CLONE_NEW" + name;
}

/// "CLONE_NEWUTS|CLONE_NEWPID|".
std::string names_of_flags(std::uint64_t flags) {
  std::string names;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if ((flags & info.clone_flag) != 0) {
      names += flag_of(info.kind) + '|';
    }
  }
  return names;
}

NarratedCall call_by(By by, std::string call, std::int64_t result, int errnum) {
  return {by, std::move(call), errnum == 0 ? result : -1, errnum};
}

/// Told by the process itself that was made.
StepWords words_of_start(const ChildReport& report) {
  return {report.detail == 0 ? "" : "CLONE_PARENT|", report.program};
}

}  // namespace

void narrate_call(const Narrator& narrator, std::string call, std::int64_t result, int errnum) {
  if (narrator) {
    narrator(call_by(By::nsplay, std::move(call), result, errnum));
  }
}

void narrate_clone(const Narrator& narrator,
                   std::uint64_t flags,
                   const Result<sys::Child>& child,
                   const OpenCgroup* cgroup) {
  if (!narrator) {
    return;
  }
  const std::string names = names_of_flags(flags);
  std::string call = cgroup == nullptr ? fmt::format("clone({}CLONE_PIDFD|SIGCHLD)", names)
                                       : fmt::format("clone3({}CLONE_INTO_CGROUP {} of {})",
                                                     names,
                                                     escape_for_terminal(cgroup->path),
                                                     escape_for_terminal(cgroup->hierarchy));
  narrate_call(
      narrator, std::move(call), child ? child->pid() : -1, child ? 0 : child.error().errnum);
}

void narrate_move(const Narrator& narrator,
                  ns::Kind kind,
                  std::uint64_t before,
                  std::uint64_t after) {
  if (narrator && before != after) {
    narrator(NarratedChange{
        std::string(ns::name_of(kind)), fmt::format("[{}]", before), fmt::format("[{}]", after)});
  }
}

void narrate_end(const Narrator& narrator, pid_t child, int status) {
  if (narrator) {
    narrate_call(narrator, fmt::format("waitid({}, WEXITED)", child), 0);
    narrator(NarratedChange{
        fmt::format("process {}", child), "running", fmt::format("ended with status {}", status)});
  }
}

std::string quoted_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + quote(word);
  }
  return text;
}

StepTeller teller_through(const sys::UniqueFd& pipe) {
  return StepTeller([&pipe](const ChildReport& report) { send_report(pipe, report); });
}

bool narrate_step(const Narrator& narrator,
                  const ChildReport& report,
                  const ChildReport& last,
                  const std::function<StepWords()>& words,
                  By by) {
  const bool is_known =
      report.errnum == 0 || (report.step == last.step && report.errnum == last.errnum);
  if (report.progress == Progress::outcome && is_known) {
    return false;
  }
  const auto [subject, result] =
      report.step == Step::start_program ? words_of_start(report) : words();
  NarratedCall call = call_by(by, narrated_call_of(report.step, subject), result, report.errnum);
  if (report.progress == Progress::next) {
    call.result.reset();
  }
  narrator(call);
  return true;
}

Result<std::optional<ChildReport>> await_narrated(const sys::UniqueFd& reports,
                                                  const sys::SignalInbox& inbox,
                                                  const StepTeller::Listener& listener,
                                                  const WaitingCheck& check) {
  for (;;) {
    const auto report = TRY(await_report(reports, inbox, check));
    if (report) {
      listener(*report);
    }
    if (!report || report->progress == Progress::outcome) {
      return report;
    }
  }
}

}  // namespace nsplay::ops
