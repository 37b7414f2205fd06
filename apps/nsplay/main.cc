// nsplay: from argv to a command, from its result to an exit status.

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>

#include <fmt/format.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/process.h"

#include "command.h"
#include "output.h"
#include "version.h"

namespace nsplay::app {
namespace {

using Words = std::vector<std::string>;

constexpr int no = 1;
constexpr int usage_failure = 2;
constexpr int own_failure = 125;
constexpr int not_executable = 126;
constexpr int not_found = 127;

Syntax own_syntax() {
  return {"",
          TakesTarget::no,
          TakesProgram::no,
          {{"help", 'h', "", "show this help"}, {"version", 'V', "", "show the version"}}};
}

std::string own_help() {
  std::string text =
      "Usage: nsplay COMMAND [OPTION…] [ARG…]\n\n"
      "Creates, joins and inspects Linux namespaces.\n\n"
      "Commands:\n";
  for (const Command& command : commands()) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  text += fmt::format("  {:<10} {}\n", "help", "show this help, or that of a command");
  return text + "\nOptions:\n" + describe_options(own_syntax().options);
}

const Command* find_command(std::string_view name) {
  const auto& table = commands();
  const auto found = std::find_if(
      table.begin(), table.end(), [&](const Command& command) { return command.name == name; });
  return found == table.end() ? nullptr : &*found;
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
      return not_found;
    case Trouble::not_executable:
      return not_executable;
    case Trouble::usage:
      return family == StatusFamily::program ? own_failure : usage_failure;
    case Trouble::failure:
      break;
  }
  const int trouble = error.errnum == ESRCH ? no : usage_failure;
  return family == StatusFamily::program ? own_failure : trouble;
}

Result<int> run_command(const Command& command, const Words& words) {
  const Arguments arguments = TRY(parse(command.syntax(), words));
  if (arguments.has("help")) {
    TRY(write_stdout(help_of(command)));
    return 0;
  }
  return command.run(arguments);
}

int finish(const Result<int>& result, StatusFamily family) {
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
  TRY(write_stdout(help_of(*command)));
  return 0;
}

Result<int> run_own_options(const Words& words) {
  const Arguments arguments = TRY(parse(own_syntax(), words));
  TRY(write_stdout(arguments.has("help") ? own_help() : fmt::format("nsplay {}\n", version)));
  return 0;
}

int run(const Words& words) {
  if (words.empty()) {
    write_stderr(own_help());
    return usage_failure;
  }
  const Words rest(std::next(words.begin()), words.end());
  if (const Command* command = find_command(words.front())) {
    return finish(run_command(*command, rest), command->family);
  }
  if (words.front() == "help") {
    return finish(show_help(rest), StatusFamily::report);
  }
  if (words.front().starts_with('-')) {
    return finish(run_own_options(words), StatusFamily::report);
  }
  return finish(fail(unknown_command(words.front())), StatusFamily::report);
}

}  // namespace
}  // namespace nsplay::app

namespace {

/// Nothing is buffered and every child is waited for, so destructors of what is static would only
/// cost time: a fifth of what `nsplay --version` takes. The leak checker does its work in them.
int leave(int status) {
#ifndef __SANITIZE_ADDRESS__
  nsplay::sys::exit_now(status);
#endif
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  nsplay::sys::occupy_standard_streams();
  try {
    return leave(nsplay::app::run({argv + std::min(argc, 1), argv + argc}));
  } catch (const std::exception& exception) {
    // Nothing of ours throws; this is memory that ran out, or a defect.
    nsplay::app::write_stderr("nsplay: internal error: " + std::string(exception.what()) + "\n");
    return nsplay::app::own_failure;
  }
}
