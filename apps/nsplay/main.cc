// nsplay: from argv to a command, from its result to an exit status.

#include <algorithm>
#include <cerrno>
#include <exception>
#include <functional>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/created_cgroup.h"
#include "nsplay/sys/process.h"

#include "command.h"
#include "output.h"
#include "version.h"

namespace nsplay::app {
namespace {

using Words = std::vector<std::string>;

Syntax own_syntax() {
  return {"",
          TakesTarget::no,
          TakesProgram::no,
          {{"help", 'h', "", "show this help"}, {"version", 'V', "", "show the version"}}};
}

std::string own_help() {
  std::string text =
      "Usage: nsplay COMMAND [OPTION...] [ARG...]\n\n"
      "Creates, joins and inspects Linux namespaces.\n\n"
      "Commands:\n";
  for (const Command& command : commands()) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  text += fmt::format("  {:<10} {}\n", "help", "show this help, or that of a command");
  return text + "\nOptions:\n" + describe_options(own_syntax().options);
}

const Command* find_command(std::string_view name) {
  static const Command hidden = complete_command();
  const auto& table = commands();
  const auto found = std::find_if(
      table.begin(), table.end(), [&](const Command& command) { return command.name == name; });
  if (found == table.end()) {
    return name == hidden.name ? &hidden : nullptr;
  }
  return &*found;
}

Error unknown_command(const std::string& word) {
  std::vector<std::string_view> names = {"help"};
  std::transform(
      commands().begin(), commands().end(), std::back_inserter(names), [](const Command& command) {
        return command.name;
      });
  const std::string_view meant = closest(word, names);
  return Error::usage(
      fmt::format("unknown command {}", quote(word)),
      meant.empty() ? "see 'nsplay --help'" : fmt::format("did you mean '{}'?", meant));
}

int exit_status_of(const Error& error, StatusFamily family) {
  switch (error.trouble) {
    case Trouble::not_found:
      return exit_not_found;
    case Trouble::not_executable:
      return exit_not_executable;
    case Trouble::usage:
      return family == StatusFamily::program ? exit_own_failure : exit_usage;
    case Trouble::absent:
    case Trouble::failure:
      break;
  }
  const bool is_absent = error.trouble == Trouble::absent || error.errnum == ESRCH;
  const int trouble = is_absent && family == StatusFamily::report ? exit_no : exit_usage;
  return family == StatusFamily::program ? exit_own_failure : trouble;
}

Result<int> run_command(const Command& command, const Words& words) {
  const Arguments arguments = TRY(parse(command.syntax(), words));
  if (arguments.has("help")) {
    TRY(write_stdout(help_of(command)));
    return 0;
  }
  // Who completes a word by it has not asked for any work.
  if (command.name != complete_command().name) {
    ops::remove_abandoned_cgroups(ops::Patience::none);
  }
  return command.run(arguments);
}

int finish(StatusFamily family, const std::function<Result<int>()>& body) {
  Result<int> result = 0;
  try {
    result = body();
  } catch (const std::exception& exception) {
    // Nothing of ours throws; this is memory that ran out, or a defect.
    result = fail(Error::of(0, fmt::format("internal error: {}", exception.what()), ""));
  }
  if (result) {
    return *result;
  }
  print_error(result.error());
  return exit_status_of(result.error(), family);
}

Result<int> show_help(const Words& words) {
  if (words.empty() || words.front() == "help" || words.front() == "--help" ||
      words.front() == "-h") {
    TRY(write_stdout(own_help()));
    return 0;
  }
  const Command* command = find_command(words.front());
  if (command == nullptr) {
    return fail(unknown_command(words.front()));
  }
  if (words.size() > 1) {
    return fail(Error::usage(fmt::format("{} is one word too many", quote(words[1])),
                             "see 'nsplay --help'"));
  }
  TRY(write_stdout(help_of(*command)));
  return 0;
}

Result<int> run_own_options(const Words& words) {
  const Arguments arguments = TRY(parse(own_syntax(), words));
  if (!arguments.has("help") && !arguments.has("version")) {
    return fail(Error::usage("no command is given", "see 'nsplay --help'"));
  }
  TRY(write_stdout(arguments.has("help") ? own_help() : fmt::format("nsplay {}\n", version)));
  return 0;
}

int run(const Words& words) {
  if (words.empty()) {
    write_stderr(own_help());
    return exit_usage;
  }
  const Words rest(std::next(words.begin()), words.end());
  if (const Command* command = find_command(words.front())) {
    return finish(command->family, [&] { return run_command(*command, rest); });
  }
  if (words.front() == "help") {
    return finish(StatusFamily::report, [&] { return show_help(rest); });
  }
  if (is_option(words.front()) || words.front() == "--") {
    return finish(StatusFamily::report, [&] { return run_own_options(words); });
  }
  return finish(StatusFamily::report,
                [&]() -> Result<int> { return fail(unknown_command(words.front())); });
}

}  // namespace
}  // namespace nsplay::app

namespace {

/// Nothing is buffered and every child is waited for, so destructors of what is static would only
/// cost time: a fifth of what `nsplay --version` takes. The leak checker does its work in them.
int leave(int status) {
#ifndef NSPLAY_SANITIZED
  nsplay::sys::exit_now(status);
#endif
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  nsplay::sys::occupy_standard_streams();
  return leave(nsplay::app::run({argv + std::min(argc, 1), argv + argc}));
}
