#pragma once

// A command line against a table of options. What the table says is also what --help prints, and
// what the man page and the completions are checked against.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::app {

enum class Repeat {
  no,
  yes,
  to_add_value,  ///< without one and with one, as in -p --pid=FILE, is with one
};

/// The value's name says how it is written: "" is a flag, "DIR" is --root DIR, "[=DIR]" may follow
/// the long name, as in --root=DIR, "[DIR]" the letter too, as in -rDIR.
struct Option {
  std::string_view name;  ///< long name
  char letter = 0;        ///< 0: none
  std::string_view value_name;
  std::string_view help;
  Repeat repeat = Repeat::no;  ///< whether it may have several values
};

enum class TakesTarget { no, yes, many };
enum class TakesProgram { no, yes };

struct Syntax {
  std::string_view command;  ///< empty: nsplay itself
  TakesTarget target = TakesTarget::no;
  TakesProgram program = TakesProgram::no;
  std::vector<Option> options;
};

struct GivenOption {
  std::string name;
  std::string value;
};

class Arguments {
 public:
  [[nodiscard]] bool has(const std::string& option) const { return values_.contains(option); }

  /// The option's value, "" where it may be left out and was; nullptr when the option was not
  /// given.
  [[nodiscard]] const std::string* value(const std::string& option) const;

  /// All of them, in the order in which they were given.
  [[nodiscard]] std::vector<std::string> values(const std::string& option) const;

  /// The uses of several options, in the order in which they were given.
  [[nodiscard]] std::vector<GivenOption> in_order(const std::set<std::string>& options) const;

  std::string target;                ///< the first; empty: none was given
  std::vector<std::string> targets;  ///< all of them
  std::vector<std::string> program;  ///< what follows; empty: none was given

 private:
  friend Result<Arguments> parse(const Syntax& syntax, const std::vector<std::string>& words);
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<GivenOption> given_;
};

/// The option's value; empty when it was not given.
std::optional<std::string> optional_value(const Arguments& arguments, const std::string& option);

/// The option's value as `parse` reads it; empty when it was not given. An error names the option.
template <typename Parse>
auto parsed_value(const Arguments& arguments, const std::string& option, const Parse& parse)
    -> Result<std::optional<typename decltype(parse(std::string()))::value_type>> {
  const std::string* text = arguments.value(option);
  if (text == nullptr) {
    return std::nullopt;
  }
  auto value = parse(*text);
  if (!value) {
    return fail(std::move(value).error().during("--" + option));
  }
  return std::optional(*std::move(value));
}

/// Whether the word asks for an option: "-u", "--uts". "-5" is a mistyped pid, "-" is a name.
bool is_option(const std::string& word);

/// "--" may be left out: the first word that is neither an option nor the TARGET begins the
/// program, and nothing after it is ours. Usage errors: unknown option (with the one that was
/// meant), missing or superfluous value, an option with a value given twice, too many words.
Result<Arguments> parse(const Syntax& syntax, const std::vector<std::string>& words);

/// The options' lines of --help.
std::string describe_options(const std::vector<Option>& options);

}  // namespace nsplay::app
