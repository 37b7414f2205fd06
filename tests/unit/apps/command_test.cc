#include "command.h"

#include <set>

#include <gmock/gmock.h>

#include "nsplay/base/text.h"

#include "matchers.h"

namespace nsplay::app {
namespace {

using ns::Kind;
using ns::KindSet;
using test::IsUsageError;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Result<Arguments> parsed(const Command& command, const std::vector<std::string>& words) {
  return parse(command.syntax(), words);
}

const Option* option_named(const std::vector<Option>& options, std::string_view name) {
  for (const Option& option : options) {
    if (option.name == name) {
      return &option;
    }
  }
  return nullptr;
}

TEST(Commands, AreListedInTheOrderOfHelp) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    names.push_back(command.name);
  }
  EXPECT_THAT(
      names,
      ElementsAre("create", "join", "inspect", "diff", "list", "tree", "holders", "ps", "stop"));
}

TEST(Commands, AreWhatTheirSyntaxSays) {
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    ASSERT_NE(command.syntax, nullptr);
    ASSERT_NE(command.run, nullptr);
    const Syntax syntax = command.syntax();
    EXPECT_EQ(syntax.command, command.name);
    EXPECT_EQ(syntax.target == TakesTarget::yes,
              command.synopsis.find("TARGET") < command.synopsis.find("[OPTION"));
    EXPECT_EQ(syntax.program == TakesProgram::yes,
              command.synopsis.find("PROGRAM") != std::string_view::npos);
    EXPECT_EQ(syntax.program == TakesProgram::yes, command.family == StatusFamily::program);
  }
}

TEST(Commands, HaveOptionsThatDiffer) {
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const Option& option : command.syntax().options) {
      SCOPED_TRACE(option.name);
      EXPECT_TRUE(names.insert(option.name).second);
      EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second);
      EXPECT_NE(option.help, "");
    }
    EXPECT_EQ(names.count("help"), 1U);
    EXPECT_EQ(letters.count('h'), 1U);
  }
}

TEST(Commands, HaveHelpThatNamesEveryOption) {
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    const std::string help = help_of(command);
    EXPECT_THAT(help, StartsWith("Usage: nsplay " + std::string(command.name) + " "));
    EXPECT_THAT(help, HasSubstr(std::string(command.details) + "\n\nOptions:\n"));
    EXPECT_THAT(help, EndsWith("show this help\n"));
    for (const Option& option : command.syntax().options) {
      EXPECT_THAT(help, HasSubstr("--" + std::string(option.name)));
    }
  }
}

TEST(Commands, HaveHelpThatFitsATerminal) {
  for (const Command& command : commands()) {
    for (const std::string_view line : split(describe_options(command.syntax().options), '\n')) {
      EXPECT_LE(line.size(), 80U) << line;
    }
  }
}

TEST(CreateCommand, RefusesALifetimeThatIsNone) {
  const auto arguments = parsed(create_command(), {"-u", "--for", "soon"});
  ASSERT_TRUE(arguments);
  EXPECT_THAT(create_command().run(*arguments), IsUsageError("--for: 'soon' is not a duration"));
}

TEST(CreateCommand, RefusesToCreateNothing) {
  EXPECT_THAT(create_command().run({}), IsUsageError("no namespace to create"));
}

TEST(JoinCommand, NeedsATarget) {
  EXPECT_THAT(join_command().run({}), IsUsageError("join needs a TARGET"));
}

TEST(InspectCommand, NeedsATarget) {
  EXPECT_THAT(inspect_command().run({}), IsUsageError("inspect needs a TARGET"));
}

TEST(NamespaceOptions, AreOneForEachKindAndOneForAll) {
  const std::vector<Option> options = namespace_options("all of them");
  EXPECT_EQ(options.size(), ns::kind_count + 1);
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SCOPED_TRACE(info.name);
    const Option* option = option_named(options, info.option);
    ASSERT_NE(option, nullptr);
    EXPECT_EQ(option->letter, info.letter);
    EXPECT_EQ(option->value_name, "");
    EXPECT_THAT(std::string(option->help), StartsWith(std::string(info.name) + ": "));
  }
  EXPECT_EQ(options.back().name, "all");
  EXPECT_EQ(options.back().letter, 'a');
  EXPECT_EQ(options.back().help, "all of them");
}

TEST(ChosenKinds, AreThoseWhoseOptionsWereGiven) {
  const struct {
    std::vector<std::string> words;
    KindSet kinds;
  } cases[] = {
      {{}, {}},
      {{"-u"}, {Kind::uts}},
      {{"-un"}, {Kind::net, Kind::uts}},
      {{"--mount", "--cgroup", "-T"}, {Kind::mnt, Kind::cgroup, Kind::time}},
      {{"-muinpUCT"}, KindSet::all()},
      {{"-a"}, KindSet::all()},
      {{"--all", "-u"}, KindSet::all()},
  };
  for (const auto& [words, kinds] : cases) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(create_command(), words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_EQ(chosen_kinds(*arguments), kinds);
  }
}

}  // namespace
}  // namespace nsplay::app
