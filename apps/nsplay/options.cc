#include "options.h"

#include <algorithm>
#include <iterator>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::app {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;
using Options = std::vector<const Option*>;

/// What of the words is ours, and where the program begins.
struct Split {
  Words options;
  Options used;  ///< the table's rows for them
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

bool takes_value(const Option* option) {
  return option != nullptr && !option->value_name.empty();
}

/// Where the value begins in "--name=VALUE", at its '='; npos elsewhere.
std::size_t equals_in(std::string_view word) {
  return word.starts_with("--") ? word.find('=') : std::string_view::npos;
}

/// The options of "--uts" or "-un", in this order, up to one that takes the rest as its value; the
/// last is nullptr when there is no such option.
Options options_in(const Syntax& syntax, const std::string& word) {
  if (word.starts_with("--")) {
    return {find_by_name(syntax, std::string_view(word).substr(2, equals_in(word) - 2))};
  }
  Options options;
  for (const char letter : std::string_view(word).substr(1)) {
    options.push_back(find_by_letter(syntax, letter));
    if (options.back() == nullptr || takes_value(options.back())) {
      break;
    }
  }
  return options;
}

/// Whether the last option's value is the next word: "--hostname x", "-uH x", but not
/// "--hostname=x".
bool wants_next_word(const std::string& word, const Options& options) {
  const bool has_rest = word.starts_with("--") ? equals_in(word) != std::string::npos
                                               : word.size() > options.size() + 1;
  return takes_value(options.back()) && !has_rest;
}

/// "--name=VALUE" as two words: Boost takes an empty VALUE for a missing one.
void add_option(const std::string& word, const Options& options, Words& words) {
  const auto equals = equals_in(word);
  if (equals != std::string::npos && takes_value(options.back())) {
    words.push_back(word.substr(0, equals));
    words.push_back(word.substr(equals + 1));
  } else {
    words.push_back(word);
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
Result<> check_option(const Syntax& syntax, const std::string& word, const Options& options) {
  if (options.back() == nullptr) {
    return fail(unknown_option(
        syntax, word.starts_with("--") ? word : fmt::format("-{}", word[options.size()])));
  }
  const auto equals = equals_in(word);
  if (equals != std::string::npos && !takes_value(options.back())) {
    return fail(Error::usage(fmt::format("{} takes no value", word.substr(0, equals)),
                             fmt::format("see '{}'", help_command(syntax))));
  }
  return {};
}

Result<Split> split_words_of(const Syntax& syntax, const Words& words) {
  Split split;
  bool only_words = false;
  const std::size_t most_positional = syntax.target == TakesTarget::yes ? 1 : 0;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == "--" && syntax.program == TakesProgram::yes) {
      split.program.assign(std::next(word), words.end());
      return split;
    }
    if (*word == "--") {
      only_words = true;
    } else if (is_option(*word) && !only_words) {
      const Options options = options_in(syntax, *word);
      TRY(check_option(syntax, *word, options));
      split.used.insert(split.used.end(), options.begin(), options.end());
      add_option(*word, options, split.options);
      if (wants_next_word(*word, options) && std::next(word) != words.end()) {
        split.options.push_back(*++word);
      }
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
po::options_description description_of(Options used) {
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  po::options_description description;
  for (const Option* option : used) {
    std::string names(option->name);
    if (option->letter != 0) {
      names += fmt::format(",{}", option->letter);
    }
    if (option->value_name.empty()) {
      description.add_options()(names.c_str(), "");
    } else {
      description.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  return description;
}

/// Boost.Program_options reports by exception; they end here.
Result<std::vector<po::option>> parse_with_boost(const Syntax& syntax, const Split& split) {
  const po::options_description description = description_of(split.used);
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    return po::command_line_parser(split.options).options(description).style(style).run().options;
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

}  // namespace

bool is_option(const std::string& word) {
  const bool number = word.find_first_not_of("0123456789", 1) == std::string::npos;
  return word.size() > 1 && word.front() == '-' && !number;
}

const std::string* Arguments::value(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? nullptr : &found->second;
}

Result<Arguments> parse(const Syntax& syntax, const std::vector<std::string>& words) {
  Split split = TRY(split_words_of(syntax, words));
  Arguments arguments;
  for (const po::option& option : TRY(parse_with_boost(syntax, split))) {
    const bool is_new =
        arguments.values_.emplace(option.string_key, option.value.empty() ? "" : option.value[0])
            .second;
    if (!is_new && !option.value.empty()) {
      return fail(Error::usage(fmt::format("--{} is given twice", option.string_key)));
    }
  }
  // Where nothing else is possible, help is what the user gets, whatever else he wrote.
  if (!arguments.has("help")) {
    TRY(check_words(syntax, split));
  }
  arguments.target = split.positional.empty() ? "" : split.positional.front();
  arguments.program = std::move(split.program);
  return arguments;
}

std::string describe_options(const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) {
    std::string names = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
    names += fmt::format("--{}", option.name);
    names += option.value_name.empty() ? "" : fmt::format(" {}", option.value_name);
    text += fmt::format("  {:<25} {}\n", names, option.help);
  }
  return text;
}

}  // namespace nsplay::app
