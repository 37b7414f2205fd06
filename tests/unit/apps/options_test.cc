#include "options.h"

#include <unistd.h>

#include <cstdlib>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::app {
namespace {

using test::IsUsageError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointee;
using testing::StartsWith;

using Words = std::vector<std::string>;

Syntax syntax(TakesTarget target = TakesTarget::yes, TakesProgram program = TakesProgram::yes) {
  return {"play",
          target,
          program,
          {{"uts", 'u', "", "uts: hostname"},
           {"net", 'n', "", "net: devices"},
           {"hostname", 'H', "NAME", "set the hostname"},
           {"members", 0, "", "count"},
           {"root", 'r', "[DIR]", "root directory"},
           {"env", 'e', "[=FROM]", "environment"},
           {"setenv", 0, "NAME=VALUE", "set a variable", Repeat::yes},
           {"help", 'h', "", "show this help"}}};
}

Result<Arguments> parsed(const Words& words) {
  return parse(syntax(), words);
}

struct Layout {
  Words words;
  std::string target;
  Words program;
};

void expect_layouts(const Syntax& with, const std::vector<Layout>& layouts) {
  for (const Layout& layout : layouts) {
    SCOPED_TRACE(testing::PrintToString(layout.words));
    const auto arguments = parse(with, layout.words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_EQ(arguments->target, layout.target);
    EXPECT_EQ(arguments->program, layout.program);
  }
}

TEST(Parse, TakesTheFirstWordForTheTargetAndTheRestForTheProgram) {
  expect_layouts(syntax(),
                 {{{}, "", {}},
                  {{"4711"}, "4711", {}},
                  {{"4711", "id"}, "4711", {"id"}},
                  {{"4711", "--", "id", "-u"}, "4711", {"id", "-u"}},
                  {{"4711", "id", "-u"}, "4711", {"id", "-u"}},
                  {{"-u", "4711", "-n", "id"}, "4711", {"id"}},
                  {{"4711", "-u", "--", "-n"}, "4711", {"-n"}},
                  {{"4711", "--"}, "4711", {}},
                  {{"4711", "--", "--", "x"}, "4711", {"--", "x"}},
                  {{"4711", "id", "--", "x"}, "4711", {"id", "--", "x"}},
                  {{"", "id"}, "", {"id"}},
                  {{"4711", ""}, "4711", {""}},
                  {{"4711", "-"}, "4711", {"-"}}});
}

TEST(Parse, TakesTheFirstWordForTheProgramWithoutTarget) {
  expect_layouts(syntax(TakesTarget::no),
                 {{{"id", "-u"}, "", {"id", "-u"}},
                  {{"--", "id", "-u"}, "", {"id", "-u"}},
                  {{"-u", "id"}, "", {"id"}},
                  {{"--hostname", "x", "id"}, "", {"id"}}});
}

TEST(Parse, LeavesWordsBehindTheProgramToIt) {
  const auto arguments = parsed({"4711", "ls", "-u", "--help", "--hostname=x", "--bogus"});
  ASSERT_TRUE(arguments) << arguments.error().message();
  EXPECT_THAT(arguments->program, ElementsAre("ls", "-u", "--help", "--hostname=x", "--bogus"));
  EXPECT_FALSE(arguments->has("uts"));
  EXPECT_FALSE(arguments->has("help"));
  EXPECT_FALSE(arguments->has("hostname"));
}

TEST(Parse, TakesANegativeNumberForATarget) {
  expect_layouts(syntax(), {{{"-5"}, "-5", {}}, {{"-4711", "id"}, "-4711", {"id"}}});
}

TEST(Parse, KnowsFlagsByNameAndLetter) {
  const std::vector<Words> spellings = {
      {"-un"}, {"-nu"}, {"-u", "-n"}, {"--uts", "--net"}, {"--uts", "-n"}, {"-unu", "--uts"}};
  for (const Words& words : spellings) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_TRUE(arguments->has("uts"));
    EXPECT_TRUE(arguments->has("net"));
    EXPECT_FALSE(arguments->has("members"));
    EXPECT_FALSE(arguments->has("u"));
    EXPECT_EQ(arguments->value("hostname"), nullptr);
  }
}

TEST(Parse, KnowsTheWaysToWriteAValue) {
  const struct {
    Words words;
    const char* value;
  } cases[] = {
      {{"--hostname", "x"}, "x"},
      {{"--hostname=x"}, "x"},
      {{"--hostname="}, ""},
      {{"--hostname=--uts"}, "--uts"},
      {{"-H", "x"}, "x"},
      {{"-Hx"}, "x"},
      {{"-unHx"}, "x"},
      {{"-uH", "x"}, "x"},
      {{"--hostname=x=y"}, "x=y"},
      {{"--hostname", ""}, ""},
      {{"--hostname", "-5"}, "-5"},
      {{"--hostname", "a b"}, "a b"},
      {{"-Hu"}, "u"},
  };
  for (const auto& [words, value] : cases) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_THAT(arguments->value("hostname"), Pointee(std::string(value)));
    EXPECT_EQ(arguments->target, "");
    EXPECT_THAT(arguments->program, IsEmpty());
  }
}

TEST(Parse, TakesAValueThatLooksLikeAnOptionWithoutName) {
  for (const Words& words : {Words{"--hostname=--=x"}, Words{"--hostname", "--=x"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_THAT(arguments->value("hostname"), Pointee(std::string("--=x")));
  }
}

TEST(Parse, DoesNotTakeAValueForTheTarget) {
  const auto arguments = parsed({"--hostname", "x", "4711", "-H=y"});
  EXPECT_THAT(arguments, IsUsageError("--hostname is given twice"));
  expect_layouts(syntax(),
                 {{{"--hostname", "x", "4711", "id"}, "4711", {"id"}},
                  {{"-uH", "x", "4711"}, "4711", {}},
                  {{"--hostname=x", "4711"}, "4711", {}}});
}

TEST(Parse, RefusesAnOptionWithoutItsValue) {
  for (const Words& words : {Words{"--hostname"}, Words{"4711", "-H"}, Words{"-uH"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(words);
    EXPECT_THAT(arguments, IsUsageError(HasSubstr("hostname")));
    EXPECT_EQ(arguments.error().hint, "see 'nsplay play --help'");
  }
}

TEST(Parse, KnowsTheWaysToWriteAValueThatMayBeLeftOut) {
  const struct {
    Words words;
    const char* option;
    const char* value;
  } cases[] = {
      {{"--root", "4711"}, "root", ""},
      {{"--root=/x", "4711"}, "root", "/x"},
      {{"-r", "4711"}, "root", ""},
      {{"-r/x", "4711"}, "root", "/x"},
      {{"-ur/x", "4711"}, "root", "/x"},
      {{"-r=/x", "4711"}, "root", "/x"},
      {{"-e=keep", "4711"}, "env", "keep"},
      {{"-ue/x", "4711"}, "env", "/x"},
      {{"-run", "4711"}, "root", "un"},
      {{"--root=--uts", "4711"}, "root", "--uts"},
      {{"--root=a=b", "4711"}, "root", "a=b"},
      {{"-e", "4711"}, "env", ""},
      {{"-eu", "4711"}, "env", ""},
      {{"-ue", "--env", "4711"}, "env", ""},
      {{"--env=keep", "4711"}, "env", "keep"},
  };
  for (const auto& [words, option, value] : cases) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_THAT(arguments->value(option), Pointee(std::string(value)));
    EXPECT_EQ(arguments->target, "4711");
  }
}

TEST(Parse, TakesTheLettersAfterAFlagWithALongValueForFlags) {
  const auto arguments = parsed({"-eun"});
  ASSERT_TRUE(arguments) << arguments.error().message();
  EXPECT_TRUE(arguments->has("env"));
  EXPECT_TRUE(arguments->has("uts"));
  EXPECT_TRUE(arguments->has("net"));
}

TEST(Parse, RefusesAnEmptyValueThatMightHaveBeenLeftOut) {
  EXPECT_THAT(parsed({"--root="}), IsUsageError("--root has an empty value"));
  EXPECT_THAT(parsed({"--env="}), IsUsageError("--env has an empty value"));
}

TEST(Parse, KeepsTheValuesOfARepeatedOptionInTheirOrder) {
  const auto arguments = parsed({"--setenv", "A=1", "4711", "--setenv=B=", "--setenv", "A=1"});
  ASSERT_TRUE(arguments) << arguments.error().message();
  EXPECT_THAT(arguments->values("setenv"), ElementsAre("A=1", "B=", "A=1"));
  EXPECT_THAT(arguments->values("hostname"), IsEmpty());
  for (const Words& words : {Words{"-r/a", "-r/b"}, Words{"-r/a", "-r"}, Words{"-r", "-r/a"}}) {
    EXPECT_THAT(parsed(words), IsUsageError("--root is given twice"));
  }
}

TEST(Parse, RefusesAValueThatNobodyAskedFor) {
  EXPECT_THAT(parsed({"--uts=x"}), IsUsageError(HasSubstr("--uts")));
}

TEST(Parse, RefusesAValueGivenTwice) {
  for (const Words& words : {Words{"--hostname", "x", "--hostname", "x"},
                             Words{"--hostname=x", "-H", "y"},
                             Words{"-Hx", "-uHy"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    EXPECT_THAT(parsed(words), IsUsageError("--hostname is given twice"));
  }
}

TEST(Parse, RefusesAnUnknownOptionAndNamesTheOneThatWasMeant) {
  const struct {
    const char* word;
    const char* hint;
  } cases[] = {
      {"--hostnam", "did you mean '--hostname'? See 'nsplay play --help'"},
      {"--hsotname", "did you mean '--hostname'? See 'nsplay play --help'"},
      {"--utss", "did you mean '--uts'? See 'nsplay play --help'"},
      {"--member", "did you mean '--members'? See 'nsplay play --help'"},
      {"--bogus", "see 'nsplay play --help'"},
      {"-x", "see 'nsplay play --help'"},
  };
  for (const auto& [word, hint] : cases) {
    SCOPED_TRACE(word);
    const auto arguments = parsed({word});
    EXPECT_THAT(arguments, IsUsageError("unknown option '" + std::string(word) + "'"));
    EXPECT_EQ(arguments.error().hint, hint);
  }
}

TEST(Parse, RefusesAnUnknownOptionWithAnEmptyValue) {
  EXPECT_THAT(parsed({"--bogus="}), IsUsageError(StartsWith("unknown option '--bogus")));
  const auto arguments = parsed({"--hostnam="});
  EXPECT_THAT(arguments, IsUsageError(StartsWith("unknown option '--hostnam")));
  EXPECT_THAT(arguments.error().hint, StartsWith("did you mean '--hostname'?"));
}

// Boost.Program_options puts the option's name in the place of %option% in its messages, over and
// over when the name itself holds that.
TEST(Parse, ComesToAnEndWhenAnOptionHoldsAPlaceholderOfBoost) {
  for (const char* word :
       {"--%canonical_option%=", "--%option%=", "--%value%=", "--uts=%option%"}) {
    SCOPED_TRACE(word);
    const auto parse_in_time = [&] {
      ::alarm(5);
      std::exit(parsed({word}) ? 1 : 0);  // NOLINT(concurrency-mt-unsafe): a child of one thread
    };
    EXPECT_EXIT(parse_in_time(), testing::ExitedWithCode(0), "");
  }
}

TEST(Parse, DoesNotGuessWhatAPrefixMeans) {
  for (const char* word : {"--host", "--hostn", "--mem", "--ut", "--UTS"}) {
    SCOPED_TRACE(word);
    EXPECT_THAT(parsed({word}), IsUsageError("unknown option '" + std::string(word) + "'"));
  }
}

TEST(Parse, RefusesAnUnknownLetterInsideACluster) {
  EXPECT_THAT(parsed({"-ux"}), IsUsageError(HasSubstr("unknown option")));
  EXPECT_THAT(parsed({"-xu"}), IsUsageError(HasSubstr("unknown option")));
}

TEST(Parse, RefusesAnOptionWithoutName) {
  EXPECT_THAT(parsed({"--=x"}), IsUsageError("unknown option '--=x'"));
  EXPECT_THAT(parsed({"--="}), IsUsageError(testing::_));
  EXPECT_THAT(parsed({"-="}), IsUsageError(HasSubstr("-=")));
}

TEST(Parse, ShowsAHostileOptionHarmlessly) {
  const auto arguments = parsed({"--\x1b[2J\n"});
  EXPECT_THAT(arguments, IsUsageError("unknown option '--\\x1b[2J\\n'"));
  EXPECT_THAT(parsed({"--uts=\x1b[2J"}), IsUsageError(testing::Not(HasSubstr("\x1b"))));
}

TEST(Parse, RefusesAProgramThatNobodyAskedFor) {
  const auto arguments = parse(syntax(TakesTarget::yes, TakesProgram::no), {"4711", "id"});
  EXPECT_THAT(arguments, IsUsageError("'id' is one word too many"));
  EXPECT_EQ(arguments.error().hint, "see 'nsplay play --help'");
  EXPECT_THAT(parse(syntax(TakesTarget::no, TakesProgram::no), {"4711"}),
              IsUsageError("'4711' is one word too many"));
}

TEST(Parse, TakesOnlyWordsBehindTwoDashesWhereThereIsNoProgram) {
  const Syntax with = syntax(TakesTarget::yes, TakesProgram::no);
  expect_layouts(with,
                 {{{"4711", "--"}, "4711", {}},
                  {{"--", "4711"}, "4711", {}},
                  {{"-u", "--", "4711"}, "4711", {}},
                  {{"--", "-u"}, "-u", {}},
                  {{"--", "--help"}, "--help", {}}});
  EXPECT_THAT(parse(with, {"4711", "--", "id"}), IsUsageError("'id' is one word too many"));
  EXPECT_THAT(parse(with, {"--", "4711", "-u"}), IsUsageError("'-u' is one word too many"));
}

TEST(Parse, TakesHelpAnywhereBeforeTheProgram) {
  for (const Words& words : {Words{"--help"},
                             Words{"-h"},
                             Words{"4711", "--help"},
                             Words{"-uh", "4711"},
                             Words{"--hostname", "x", "--help", "4711", "id"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const auto arguments = parsed(words);
    ASSERT_TRUE(arguments) << arguments.error().message();
    EXPECT_TRUE(arguments->has("help"));
  }
}

TEST(Parse, PrefersHelpToComplainingAboutTooManyWords) {
  const auto arguments = parse(syntax(TakesTarget::no, TakesProgram::no), {"--help", "4711"});
  ASSERT_TRUE(arguments) << arguments.error().message();
  EXPECT_TRUE(arguments->has("help"));
}

TEST(Parse, SendsToTheHelpOfNsplayItselfWithoutCommand) {
  const Syntax own = {"", TakesTarget::no, TakesProgram::no, {{"help", 'h', "", "show this help"}}};
  EXPECT_EQ(parse(own, {"--bogus"}).error().hint, "see 'nsplay --help'");
}

TEST(Parse, KeepsTheOrderOfSeveralOptions) {
  const auto arguments =
      parsed({"4711", "--setenv", "A=1", "-u", "-H", "x", "--setenv=B=2", "--env"});
  ASSERT_TRUE(arguments) << arguments.error().message();
  std::vector<std::string> uses;
  for (const GivenOption& given : arguments->in_order({"setenv", "hostname", "env"})) {
    uses.push_back(given.name + " " + given.value);
  }
  EXPECT_THAT(uses, ElementsAre("setenv A=1", "hostname x", "setenv B=2", "env "));
}

TEST(DescribeOptions, AlignsNamesAndHelp) {
  EXPECT_EQ(describe_options(syntax().options),
            "  -u, --uts                uts: hostname\n"
            "  -n, --net                net: devices\n"
            "  -H, --hostname NAME      set the hostname\n"
            "      --members            count\n"
            "  -r, --root[=DIR]         root directory\n"
            "  -e, --env[=FROM]         environment\n"
            "      --setenv NAME=VALUE  set a variable\n"
            "  -h, --help               show this help\n");
}

TEST(DescribeOptions, SaysNothingAboutNoOptions) {
  EXPECT_EQ(describe_options({}), "");
}

}  // namespace
}  // namespace nsplay::app
