// The words of a command line, each but the last with a NUL behind it.

#include <algorithm>

#include "nsplay/base/text.h"

#include "command.h"
#include "fuzz_target.h"
#include "options.h"

namespace {

using nsplay::app::Arguments;
using nsplay::app::Option;
using nsplay::app::Syntax;
using nsplay::app::TakesProgram;
using nsplay::app::TakesTarget;
using nsplay::fuzz::demand;
using Words = std::vector<std::string>;

/// What no command has: a value behind a letter.
Syntax lettered_syntax() {
  return {"fuzz",
          TakesTarget::yes,
          TakesProgram::yes,
          {{"flag", 'f', "", "a flag"}, {"value", 'v', "TEXT", "a value"}, {"help", 'h', "", ""}}};
}

void demand_options_of_the_table(const Syntax& syntax, const Arguments& arguments) {
  demand(!arguments.has(""));
  for (const Option& option : syntax.options) {
    const std::string name(option.name);
    const std::string* value = arguments.value(name);
    demand((value != nullptr) == arguments.has(name));
    demand(value == nullptr || value->empty() || !option.value_name.empty());
  }
}

/// The program is the end of the words, and "--" before it changes nothing.
void demand_program_is_the_rest(const Syntax& syntax,
                                const Words& words,
                                const Arguments& arguments) {
  const Words& program = arguments.program;
  demand(program.size() <= words.size());
  const auto begin = words.end() - static_cast<std::ptrdiff_t>(program.size());
  demand(std::equal(begin, words.end(), program.begin()));
  if (program.empty() || begin == words.begin() || *(begin - 1) == "--") {
    return;
  }
  Words separated(words.begin(), begin);
  separated.emplace_back("--");
  separated.insert(separated.end(), program.begin(), program.end());
  const auto again = parse(syntax, separated);
  demand(again.has_value() && again->target == arguments.target && again->program == program);
  for (const Option& option : syntax.options) {
    demand(again->has(std::string(option.name)) == arguments.has(std::string(option.name)));
  }
}

void try_syntax(const Syntax& syntax, const Words& words) {
  const auto arguments = parse(syntax, words);
  if (!arguments) {
    nsplay::fuzz::demand_usage_error(arguments.error());
    return;
  }
  demand(arguments->target.empty() ||
         std::find(words.begin(), words.end(), arguments->target) != words.end());
  demand_options_of_the_table(syntax, *arguments);
  demand_program_is_the_rest(syntax, words, *arguments);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Words words;
  for (const std::string_view word : nsplay::split(nsplay::fuzz::text_of(data, size), '\0')) {
    words.emplace_back(word);
  }
  for (const nsplay::app::Command& command : nsplay::app::commands()) {
    try_syntax(command.syntax(), words);
  }
  try_syntax(lettered_syntax(), words);
  return 0;
}
