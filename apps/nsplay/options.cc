#include "options.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::app {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

/// An option as a word asks for it. nullptr: there is no such option.
struct Use {
  const Option* option = nullptr;
  std::optional<std::string> value;
};

/// What of the words is ours, and where the program begins.
struct Split {
  std::vector<Use> uses;
  Words positional;
  Words program;
};

const Option* find_by_letter(const Syntax& syntax, char letter) {
  const auto found = std::find_if(syntax.options.begin(),
                                  syntax.options.end(),
                                  [&](const Option& option) { return option.letter == letter; });
  return found == syntax.options.end() ? nullptr : &*found;
}

const Option* find_by_name(const Syntax& syntax, std::string_view name) {
  const auto found = std::find_if(syntax.options.begin(),
                                  syntax.options.end(),
                                  [&](const Option& option) { return option.name == name; });
  return found == syntax.options.end() ? nullptr : &*found;
}

bool may_do_without_value(const Option& option) {
  return option.value_name.empty() || option.value_name.starts_with('[');
}

/// Whether what follows the letter in its word is the value.
bool takes_rest_of_word(const Option& option) {
  return !option.value_name.empty() && !option.value_name.starts_with("[=");
}

Use use_of_long(const Syntax& syntax, std::string_view word) {
  const auto equals = word.find('=');
  Use use{find_by_name(syntax, word.substr(2, equals - 2)), std::nullopt};
  if (equals != std::string_view::npos) {
    use.value = word.substr(equals + 1);
  }
  return use;
}

/// The value behind a letter in its word: "-w/srv", and, for who is used to it, "-w=/srv". A
/// namespace's is told from more letters by that or by its "/": "-n/run/netns/blue".
std::optional<std::string_view> value_behind(const Option& option, std::string_view rest) {
  if (rest.empty() || option.value_name.empty()) {
    return std::nullopt;
  }
  const bool has_equals = may_do_without_value(option) && rest.starts_with('=');
  if (!takes_rest_of_word(option) && !has_equals && !rest.starts_with('/')) {
    return std::nullopt;
  }
  return rest.substr(has_equals ? 1 : 0);
}

/// The options of "--uts" or "-un", in this order, up to one that there is not.
std::vector<Use> uses_in(const Syntax& syntax, std::string_view word) {
  if (word.starts_with("--")) {
    return {use_of_long(syntax, word)};
  }
  std::vector<Use> uses;
  for (std::string_view letters = word.substr(1); !letters.empty(); letters.remove_prefix(1)) {
    uses.push_back({find_by_letter(syntax, letters.front()), std::nullopt});
    if (uses.back().option == nullptr) {
      break;
    }
    if (const auto value = value_behind(*uses.back().option, letters.substr(1))) {
      uses.back().value = *value;
      break;
    }
  }
  return uses;
}

/// As Boost understands each of them: "--hostname" "x" in two words, which may be empty; a value
/// that may be left out in one.
void describe_use(const Use& use, Words& words) {
  words.push_back(fmt::format("--{}", use.option->name));
  if (use.value && may_do_without_value(*use.option)) {
    words.back() += "=" + *use.value;
  } else if (use.value) {
    words.push_back(*use.value);
  }
}

std::string help_command(const Syntax& syntax) {
  return syntax.command.empty() ? "nsplay --help" : fmt::format("nsplay {} --help", syntax.command);
}

Error unknown_option(const Syntax& syntax, const std::string& word) {
  const std::string name = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  std::vector<std::string_view> names;
  std::transform(syntax.options.begin(),
                 syntax.options.end(),
                 std::back_inserter(names),
                 [](const Option& option) { return option.name; });
  const std::string_view meant = name.size() > 1 ? closest(name, names) : std::string_view();
  return Error::usage(
      fmt::format("unknown option {}", quote(word)),
      meant.empty() ? fmt::format("see '{}'", help_command(syntax))
                    : fmt::format("did you mean '--{}'? See '{}'", meant, help_command(syntax)));
}

/// Boost words an unknown long option with an empty value as something else, and one that holds a
/// placeholder of its messages without end. So it sees none.
Result<> check_uses(const Syntax& syntax, const std::string& word, const std::vector<Use>& uses) {
  const Use& last = uses.back();
  if (last.option == nullptr) {
    return fail(unknown_option(
        syntax, word.starts_with("--") ? word : fmt::format("-{}", word[uses.size()])));
  }
  const bool is_flag = last.option->value_name.empty();
  if (last.value && (is_flag || (last.value->empty() && may_do_without_value(*last.option)))) {
    return fail(Error::usage(
        fmt::format(
            "--{} {}", last.option->name, is_flag ? "takes no value" : "has an empty value"),
        fmt::format("see '{}'", help_command(syntax))));
  }
  return {};
}

std::size_t most_targets(TakesTarget target) {
  if (target == TakesTarget::many) {
    return std::numeric_limits<std::size_t>::max();
  }
  return target == TakesTarget::yes ? 1 : 0;
}

Result<Split> split_words_of(const Syntax& syntax, const Words& words) {
  Split split;
  bool only_words = false;
  const std::size_t most_positional = most_targets(syntax.target);
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == "--" && syntax.program == TakesProgram::yes) {
      split.program.assign(std::next(word), words.end());
      return split;
    }
    if (*word == "--") {
      only_words = true;
    } else if (is_option(*word) && !only_words) {
      auto uses = uses_in(syntax, *word);
      TRY(check_uses(syntax, *word, uses));
      Use& last = uses.back();
      if (!last.value && !may_do_without_value(*last.option) && std::next(word) != words.end()) {
        last.value = *++word;
      }
      split.uses.insert(split.uses.end(), uses.begin(), uses.end());
    } else if (split.positional.size() < most_positional) {
      split.positional.push_back(*word);
    } else {
      split.program.assign(word, words.end());
      return split;
    }
  }
  return split;
}

/// Only of what is used: describing all of them to Boost takes as long as the rest of the parsing.
po::options_description description_of(const std::vector<Use>& uses) {
  std::set<const Option*> options;
  std::transform(
      uses.begin(), uses.end(), std::inserter(options, options.end()), [](const Use& use) {
        return use.option;
      });
  po::options_description description;
  for (const Option* option : options) {
    const std::string name(option->name);
    if (option->value_name.empty()) {
      description.add_options()(name.c_str(), "");
    } else if (may_do_without_value(*option)) {
      description.add_options()(name.c_str(), po::value<std::string>()->implicit_value(""), "");
    } else {
      description.add_options()(name.c_str(), po::value<std::string>(), "");
    }
  }
  return description;
}

/// Boost.Program_options reports by exception; they end here.
Result<std::vector<po::option>> parse_with_boost(const Syntax& syntax, const Split& split) {
  const po::options_description description = description_of(split.uses);
  Words words;
  for (const Use& use : split.uses) {
    describe_use(use, words);
  }
  const int style = po::command_line_style::allow_long | po::command_line_style::long_allow_next |
                    po::command_line_style::long_allow_adjacent;
  try {
    return po::command_line_parser(words).options(description).style(style).run().options;
  } catch (const po::error& error) {
    return fail(Error::usage(escape_for_terminal(error.what()),
                             fmt::format("see '{}'", help_command(syntax))));
  }
}

Result<> check_words(const Syntax& syntax, const Split& split) {
  if (syntax.program == TakesProgram::no && !split.program.empty()) {
    return fail(Error::usage(fmt::format("{} is one word too many", quote(split.program.front())),
                             fmt::format("see '{}'", help_command(syntax))));
  }
  return {};
}

std::string shown_value(std::string_view value_name) {
  if (value_name.empty() || value_name.starts_with("[=")) {
    return std::string(value_name);
  }
  return value_name.starts_with('[') ? fmt::format("[={}", value_name.substr(1))
                                     : fmt::format(" {}", value_name);
}

std::string shown_names(const Option& option) {
  const std::string letter = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  return fmt::format("{}--{}{}", letter, option.name, shown_value(option.value_name));
}

bool says_no_other(const Option& option,
                   const std::vector<std::string>& values,
                   const std::string& value) {
  const bool adds_value =
      option.repeat == Repeat::to_add_value && (value.empty() || values.front().empty());
  return may_do_without_value(option) && (adds_value || values.front() == value);
}

/// One that was given without a value is what the one with a value says.
void add_value(const Option& option, std::vector<std::string>& values, const std::string& value) {
  if (option.repeat == Repeat::yes || values.empty()) {
    values.push_back(value);
  } else if (!value.empty()) {
    values.front() = value;
  }
}

}  // namespace

bool is_option(const std::string& word) {
  const bool number = word.find_first_not_of("0123456789", 1) == std::string::npos;
  return word.size() > 1 && word.front() == '-' && !number;
}

const std::string* Arguments::value(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? nullptr : &found->second.front();
}

std::vector<std::string> Arguments::values(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<GivenOption> Arguments::in_order(const std::set<std::string>& options) const {
  std::vector<GivenOption> uses;
  std::copy_if(given_.begin(), given_.end(), std::back_inserter(uses), [&](const auto& use) {
    return options.contains(use.name);
  });
  return uses;
}

std::optional<std::string> optional_value(const Arguments& arguments, const std::string& option) {
  const std::string* value = arguments.value(option);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<Arguments> parse(const Syntax& syntax, const std::vector<std::string>& words) {
  Split split = TRY(split_words_of(syntax, words));
  Arguments arguments;
  for (const po::option& option : TRY(parse_with_boost(syntax, split))) {
    auto& values = arguments.values_[option.string_key];
    const std::string value = option.value.empty() ? "" : option.value.front();
    const Option& row = *find_by_name(syntax, option.string_key);
    if (!values.empty() && row.repeat != Repeat::yes && !says_no_other(row, values, value)) {
      return fail(Error::usage(fmt::format("--{} is given twice", option.string_key)));
    }
    add_value(row, values, value);
    arguments.given_.push_back({option.string_key, value});
  }
  // Where nothing else is possible, help is what the user gets, whatever else he wrote.
  if (!arguments.has("help")) {
    TRY(check_words(syntax, split));
  }
  arguments.target = split.positional.empty() ? "" : split.positional.front();
  arguments.targets = std::move(split.positional);
  arguments.program = std::move(split.program);
  return arguments;
}

std::string describe_options(const std::vector<Option>& options) {
  std::size_t width = 0;
  for (const Option& option : options) {
    width = std::max(width, shown_names(option).size());
  }
  std::string text;
  for (const Option& option : options) {
    text += fmt::format("  {:<{}}  {}\n", shown_names(option), width, option.help);
  }
  return text;
}

}  // namespace nsplay::app
