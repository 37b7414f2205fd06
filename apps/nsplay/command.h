#pragma once

// The commands in one table: what they are called, what they take, what runs them.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/error.h"
#include "nsplay/ns/kind.h"

#include "options.h"

namespace nsplay::app {

/// Whose exit status a command ends with (design: 2.3).
enum class StatusFamily {
  program,     ///< the program's own; 125, 126, 127 are nsplay's
  report,      ///< 0, 1, 2
  comparison,  ///< the same, but 1 is that something differs, and what is not there is trouble
};

struct Command {
  std::string_view name;
  std::string_view summary;   ///< one line of `nsplay help`
  std::string_view synopsis;  ///< what follows the name
  std::string_view details;   ///< below the synopsis in --help
  StatusFamily family = StatusFamily::report;
  Syntax (*syntax)() = nullptr;
  Result<int> (*run)(const Arguments& arguments) = nullptr;
};

/// All commands, in the order in which help shows them.
const std::vector<Command>& commands();

Command create_command();
Command join_command();
Command inspect_command();
Command diff_command();
Command list_command();
Command tree_command();
Command holders_command();
Command ps_command();
Command stop_command();

/// For the completions of the shells alone, so no help lists it and nothing suggests it.
Command complete_command();

/// The options -m -u -i -n -p -U -C -T -a; `all_help` says what the last one means, `value_name`
/// what the others take.
std::vector<Option> namespace_options(std::string_view all_help,
                                      std::string_view value_name = "",
                                      Repeat repeat = Repeat::no);

/// What of them was given; --all is every kind.
ns::KindSet chosen_kinds(const Arguments& arguments);

/// The values of those that were given with one, such as the FILE of --net=FILE.
std::map<ns::Kind, std::string> values_of_kinds(const Arguments& arguments);

/// The values of --type, which are names of kinds; all kinds when it was not given. Usage error:
/// there is no such kind, with the one that was meant.
Result<ns::KindSet> kinds_of_type_option(const Arguments& arguments);

/// --help of one command.
std::string help_of(const Command& command);

}  // namespace nsplay::app
