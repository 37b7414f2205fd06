#include "nsplay/ops/map_program.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/program.h"
#include "nsplay/ops/session.h"
#include "nsplay/sys/captured.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

std::vector<std::string> words_for(const std::string& program,
                                   pid_t process,
                                   const procfs::IdMap& map) {
  std::vector<std::string> words{program, std::to_string(process)};
  for (const procfs::IdRange& range : map) {
    for (const std::uint32_t number : {range.inside, range.outside, range.count}) {
      words.push_back(std::to_string(number));
    }
  }
  return words;
}

Error is_missing(const std::string& program) {
  return Error::of(0, fmt::format("{} is not installed", program), "")
      .with_hint(
          "an ordinary user maps more than his own id through it: install the package uidmap");
}

/// The file that is executed: the first that can be opened, as a candidate need not exist.
std::string file_of(const sys::Program& program) {
  for (const std::string& candidate : program.candidates) {
    if (sys::open_file(candidate, O_PATH)) {
      return candidate;
    }
  }
  return {};
}

/// What it says itself comes first; it cannot know why it is not privileged.
std::string map_refusal_hint(std::string_view line, const sys::Program& program) {
  if (line.find("not allowed") != std::string_view::npos) {
    return "only your own id and those that getsubids(1) lists may be mapped (subuid(5))";
  }
  if (line.find("owned by a different user") != std::string_view::npos) {
    return "it serves nobody whose uid and gid are not those of his account (passwd(5)): change to "
           "that group with newgrp(1)";
  }
  const std::string file = file_of(program);
  if (!sys::is_privileged_program(file)) {
    return fmt::format(
        "{} has to be set-uid root or have its file capabilities: install the "
        "package uidmap again",
        quote(file));
  }
  return sys::heeds_privileges_of(file)
             ? ""
             : fmt::format("a nosuid mount or no_new_privs takes the privileges of {}",
                           quote(file));
}

Error refusal_of(const sys::Program& executed, const sys::Captured& answer) {
  const std::string& program = executed.arguments.front();
  const std::string_view text = answer.text;
  const std::string_view line = text.substr(0, text.find('\n'));
  Error error =
      Error::of(0,
                line.empty() ? fmt::format("{} ended with status {}", program, answer.status)
                             : escape_for_terminal(line),
                "");
  return std::move(error).with_hint(map_refusal_hint(line, executed));
}

/// The program asks name services, which may not answer.
Result<> await_answer(const sys::UniqueFd& file, const sys::SignalInbox& inbox) {
  TRY(await_readable(file, inbox));
  return {};
}

}  // namespace

Result<> run_map_program(pid_t process,
                         const procfs::IdMap& map,
                         IdKind kind,
                         const sys::SignalInbox& inbox,
                         const Narrator& narrator) {
  const std::string program = kind == IdKind::user ? "newuidmap" : "newgidmap";
  const std::vector<std::string> words = words_for(program, process, map);
  const sys::Program executed = find_program(words, sys::own_environment());
  sys::ExecImage image(executed);
  const sys::Await await = [&](const sys::UniqueFd& file) { return await_answer(file, inbox); };
  const auto answer =
      TRY(sys::run_captured(image, sys::CapturedStream::errors, sys::message_limit, await));
  if (narrator) {
    narrate_call(narrator, fmt::format("run({})", quoted_words(words)), answer.status);
  }
  if (answer.status == exit_not_found) {
    return fail(is_missing(program));
  }
  if (answer.status != 0) {
    return fail(refusal_of(executed, answer));
  }
  return {};
}

}  // namespace nsplay::ops
