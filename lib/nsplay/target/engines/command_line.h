#pragma once

// The options on the command lines of the engines' programs, each taken apart as that program does
// it: what follows them, a program that runs in the container, has options of its own.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace nsplay::target {

struct CommandOption {
  std::string name;   ///< with its dashes; whole, where the program takes a beginning for it
  std::string value;  ///< the first, if it has several; empty: it has none
  friend bool operator==(const CommandOption&, const CommandOption&) = default;
};

struct CommandLine {
  std::vector<CommandOption> options;
  std::vector<std::string> words;  ///< that are none of these, from the first on
  friend bool operator==(const CommandLine&, const CommandLine&) = default;
};

/// `program` is without its directories; `arguments` are what follows it.
CommandLine parse_command_line(std::string_view program, const std::vector<std::string>& arguments);

/// The value of an option by any of its names: the last one. Empty: there is none.
std::string value_of(const CommandLine& line, std::initializer_list<std::string_view> names);

bool has_option(const CommandLine& line, std::initializer_list<std::string_view> names);

}  // namespace nsplay::target
