// What is wrong with a command line, and help.

#include <unistd.h>

#include "cli/cli_test.h"

namespace nsplay::test {
namespace {

using Usage = CliTest;
using Help = CliTest;
using testing::HasSubstr;
using testing::StartsWith;

struct WrongUsage {
  Words arguments;
  ExpectedFailure failure;
};

void expect_failures(const std::vector<WrongUsage>& cases) {
  for (const WrongUsage& one : cases) {
    SCOPED_TRACE(testing::PrintToString(one.arguments));
    EXPECT_TRUE(fails_with(run_nsplay(one.arguments), one.failure));
  }
}

TEST_F(Usage, UnknownCommandIsNamedWithTheOneThatWasMeant) {
  expect_failures({
      {{"craete"}, {2, "unknown command 'craete'", "did you mean 'create'?"}},
      {{"jion", "1"}, {2, "unknown command 'jion'", "did you mean 'join'?"}},
      {{"inspct"}, {2, "unknown command 'inspct'", "did you mean 'inspect'?"}},
      {{"hepl"}, {2, "unknown command 'hepl'", "did you mean 'help'?"}},
      {{"xyzzy"}, {2, "unknown command 'xyzzy'", "see 'nsplay --help'"}},
      {{"help", "craete"}, {2, "unknown command 'craete'", "did you mean 'create'?"}},
      {{""}, {2, "unknown command ''", "see 'nsplay --help'"}},
  });
}

TEST_F(Usage, UnknownOptionIsNamedWithTheOneThatWasMeant) {
  expect_failures({
      {{"create", "--hostnme", "x"},
       {125, "unknown option '--hostnme'", "did you mean '--hostname'?"}},
      {{"create", "--host", "x"}, {125, "unknown option '--host'", "nsplay create --help"}},
      {{"create", "-Z"}, {125, "unknown option '-Z'", "see 'nsplay create --help'"}},
      {{"join", "1", "--utz"}, {125, "unknown option '--utz'", "did you mean '--uts'?"}},
      {{"inspect", "1", "--jsn"}, {2, "unknown option '--jsn'", "did you mean '--json'?"}},
      {{"inspect", "-u", "1"}, {2, "unknown option '-u'", "see 'nsplay inspect --help'"}},
      {{"create", "-u5"}, {125, "unknown option '-5'", "see 'nsplay create --help'"}},
      {{"create", "--frist", "--scond"}, {125, "unknown option '--frist'", "create --help"}},
      {{"--"}, {2, "no command is given", "see 'nsplay --help'"}},
      {{"-"}, {2, "unknown command '-'", "see 'nsplay --help'"}},
      {{"-5"}, {2, "unknown command '-5'", "see 'nsplay --help'"}},
      {{"help", "create", "extra"}, {2, "'extra' is one word too many", "see 'nsplay --help'"}},
      {{"--verison"}, {2, "unknown option '--verison'", "did you mean '--version'?"}},
  });
}

TEST_F(Usage, ValueThatAnOptionDoesNotKnowIsNamed) {
  const std::string own = std::to_string(::getpid());
  const std::string during = "cannot join " + own + ": ";
  expect_failures({
      {{"create", "--setgroups", "no"}, {125, "--setgroups wants allow or deny, not 'no'", ""}},
      {{"create", "--owner", "root"}, {125, "--owner wants UID:GID, not 'root'", ""}},
      {{"create", "--map-users", "0:1"},
       {125,
        "cannot create user: --map-users wants INNER:OUTER:COUNT, auto, subids or all, not '0:1'",
        ""}},
      {{"create", "--map-none", "-r"},
       {125,
        "cannot create user: --map-none contradicts --map-root-user",
        "leave one of them out"}},
      {{"create", "-u", "-S", "", "true"}, {125, "--setuid is empty", ""}},
      {{"create", "-u", "-G", "4294967295", "true"},
       {125, "--setgid: '4294967295' is no id", "ids are 0 to 4294967294"}},
      {{"create", "-u", "--drop-caps", "x", "true"},
       {125, "there is no capability 'x'", "capabilities(7) has the names; 'all' means every one"}},
      {{"create", "-u", "--setenv", "A", "true"}, {125, "--setenv wants NAME=VALUE, not 'A'", ""}},
      {{"create", "-u", "--whitelist-env", "A,B=1", "true"},
       {125, "--whitelist-env wants a name, not 'B=1'", ""}},
      {{"create", "-u", "--kill-child=FOO", "true"},
       {125, "--kill-child: there is no signal 'FOO'", "write it like TERM, SIGTERM or 15"}},
      {{"create", "-u", "--cgroup-path", "a/../b"},
       {125, "--cgroup-path: 'a/../b' has a '.' or '..' in it", "from the mount of cgroup2 down"}},
      {{"create", "--boottime", "soon"},
       {125, "--boottime: 'soon' is no offset of a clock", "write it like 3d, -1.5h or 90s"}},
      {{"join", own, "--env=x"}, {125, "--env wants target, keep or clear, not 'x'", ""}},
      {{"join", own, "--root="}, {125, "--root has an empty value", "see 'nsplay join --help'"}},
      {{"join", own, "--drop-caps", "chown,x"},
       {125, "there is no capability 'x'", "capabilities(7) has the names; 'all' means every one"}},
      {{"join", own, "--preserve-fds", "-1"},
       {125, "--preserve-fds wants a number up to 1048576, not '-1'", ""}},
      {{"join", own, "--setenv", "A"}, {125, during + "--setenv wants NAME=VALUE, not 'A'", ""}},
      {{"join", own, "--unsetenv", "A=1"},
       {125, during + "--unsetenv wants a name, not 'A=1'", ""}},
      {{"join", own, "-w", "-W", "/"},
       {125, during + "--wd and --wdns are two working directories", "give one of them"}},
      {{"join", own, "-S0", "--preserve-credentials"},
       {125, during + "--preserve-credentials contradicts --setuid", "leave one of them out"}},
  });
}

TEST_F(Usage, OptionOfTheProgramNeedsOne) {
  for (const Words& option : {Words{"--setuid", "0"},
                              Words{"--setgid", "0"},
                              Words{"--keep-caps"},
                              Words{"--drop-caps", "all"},
                              Words{"--no-new-privs"},
                              Words{"--clear-env"},
                              Words{"--whitelist-env", "A"},
                              Words{"--setenv", "A=1"},
                              Words{"--unsetenv", "A"}}) {
    Words words = {"create", "--uts"};
    words.insert(words.end(), option.begin(), option.end());
    EXPECT_TRUE(
        fails_with(run_nsplay(words),
                   {125, option.front() + " is for a child with PROGRAM", "name a program"}));
  }
}

TEST_F(Usage, NoInitIsForAProgram) {
  EXPECT_TRUE(fails_with(run_nsplay({"create", "-U", "-p", "--no-init"}),
                         {125, "--no-init is for a child with PROGRAM", "after --"}));
}

TEST_F(Usage, ForkIsWhatCreateAlwaysDoes) {
  EXPECT_EQ(run_nsplay({"create", "-U", "-fp", "--", "true"}).status, 0);
  EXPECT_EQ(run_nsplay({"create", "--fork", "-U", "--", "true"}).status, 0);
}

TEST_F(Usage, OptionWithAndWithoutItsValueSaysNothingTwice) {
  const std::string file = "--pid=/nowhere/pid";
  for (const Words& words : {Words{"create", "-p", file}, Words{"create", file, "-p"}}) {
    EXPECT_THAT(run_nsplay(words).err, testing::HasSubstr("cannot keep pid in a file"));
  }
  EXPECT_THAT(run_nsplay({"create", "--pid=/a", "--pid=/b"}).err,
              testing::HasSubstr("--pid is given twice"));
}

TEST_F(Usage, DirectoryWithoutANameIsNone) {
  EXPECT_TRUE(fails_with(run_nsplay({"create", "-R", ""}), {125, "--root names no directory", ""}));
  EXPECT_TRUE(
      fails_with(run_nsplay({"create", "-w", "", "-u"}), {125, "--wd names no directory", ""}));
  EXPECT_TRUE(
      fails_with(run_nsplay({"create", "--tmpfs", ""}), {125, "--tmpfs '' names no place", ""}));
}

TEST_F(Usage, DetachedChildHasNoFrontThatItCouldEndWith) {
  for (const std::string option : {"--kill-child", "--forward-signals"}) {
    EXPECT_TRUE(fails_with(run_nsplay({"create", "-d", "--uts", option, "true"}),
                           {125, option + " contradicts --detach", "leave one of them out"}));
  }
  EXPECT_EQ(run_nsplay({"create", "--uts", "--kill-child", "--forward-signals", "true"}).status, 0);
}

TEST_F(Usage, ValueThatIsMissingSuperfluousOrGivenTwiceIsSaid) {
  expect_failures({
      {{"create", "--hostname"},
       {125, "the required argument for option '--hostname' is missing", "nsplay create --help"}},
      {{"create", "--hostname", "x", "--hostname", "y"}, {125, "--hostname is given twice", ""}},
      {{"create", "--for", "1s", "--uts", "--for=2s"}, {125, "--for is given twice", ""}},
      {{"create", "--detach=1"}, {125, "--detach takes no value", "nsplay create --help"}},
      {{"create", "--json="}, {125, "--json takes no value", "nsplay create --help"}},
      {{"inspect", "--json=1", "self"}, {2, "--json takes no value", "nsplay inspect --help"}},
  });
}

TEST_F(Usage, FlagGivenTwiceIsNoError) {
  EXPECT_EQ(run_nsplay({"create", "-u", "--uts", "-uu", "--", "true"}).status, 0);
}

TEST_F(Usage, HostnameOfNoneOrTooManyBytesIsRefused) {
  const std::string longest(64, 'a');
  const std::string too_long(65, 'a');
  const std::string hint = "at most 64 bytes";
  expect_failures({
      {{"create", "--hostname", ""}, {125, "--hostname is empty", ""}},
      {{"create", "--hostname="}, {125, "--hostname is empty", ""}},
      {{"create", "--domainname", ""}, {125, "--domainname is empty", ""}},
      {{"create", "--hostname", too_long},
       {125, "--hostname is 65 bytes long: '" + too_long + "'", hint}},
      {{"create", "--domainname=" + too_long},
       {125, "--domainname is 65 bytes long: '" + too_long + "'", hint}},
  });
  EXPECT_EQ(run_nsplay({"create", "--hostname", longest, "hostname"}).out, longest + "\n");
}

TEST_F(Usage, DurationThatIsNoneIsRefused) {
  for (const std::string text : {"0",
                                 "0s",
                                 "1x",
                                 "1h30",
                                 "-5",
                                 "5s1m",
                                 "1m1m",
                                 "s",
                                 "1.5s",
                                 " 1s",
                                 "1s ",
                                 "999999999999d",
                                 "99999999999999999999s",
                                 "101y",
                                 "1h-30m"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(fails_with(
        run_nsplay({"create", "--uts", "--for", text}),
        {125, "--for: '" + text + "' is not a duration", "write it like 200s, 5m or 1h30m"}));
  }
}

TEST_F(Usage, RequestThatMakesNoSenseIsRefused) {
  expect_failures({
      {{"create"}, {125, "no namespace to create", "name at least one"}},
      {{"create", "--", "true"}, {125, "no namespace to create", "name at least one"}},
      {{"create", "--for", "1s"}, {125, "no namespace to create", "name at least one"}},
      {{"create", "--uts", "--for", "1s", "--", "true"},
       {125, "--for is for a child without PROGRAM", "timeout(1)"}},
      {{"stop", "--timeout", "0", "web"}, {2, "--timeout: '0' is not a duration", "write it like"}},
      {{"inspect"}, {2, "inspect needs a TARGET", "nsplay inspect 4711"}},
      {{"join"}, {125, "join needs a TARGET", "nsplay join 4711 -- id"}},
      {{"join", "--", "true"}, {125, "join needs a TARGET", "nsplay join 4711 -- id"}},
      {{"inspect", "self", "more"}, {2, "'more' is one word too many", "nsplay inspect --help"}},
      {{"inspect", "self", "--", "true"},
       {2, "'true' is one word too many", "nsplay inspect --help"}},
      {{"--version", "more"}, {2, "'more' is one word too many", "nsplay --help"}},
  });
}

TEST_F(Usage, N10JoinOfAllNamespacesOfNobodyIsRefused) {
  for (const char* option : {"-a", "--all"}) {
    expect_failures({{{"join", option}, {125, "join needs a TARGET", "nsplay join 4711 -- id"}}});
  }
}

TEST_F(Help, WithoutAnyWordIsUsageOnStderr) {
  const RunResult result = run_nsplay({});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("Usage: nsplay COMMAND "));
}

TEST_F(Help, OnRequestGoesToStdout) {
  const std::string help = run_nsplay({}).err;
  for (const Words& words : {Words{"help"}, Words{"--help"}, Words{"-h"}}) {
    const RunResult result = run_nsplay(words);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, help);
    EXPECT_EQ(result.err, "");
  }
}

TEST_F(Help, NamesEveryCommand) {
  const std::string help = run_nsplay({"help"}).out;
  for (const char* command : {"create", "join", "inspect", "help"}) {
    EXPECT_THAT(help, HasSubstr("\n  " + std::string(command) + " "));
  }
}

TEST_F(Help, OfACommandIsTheSameEachWay) {
  for (const std::string command : {"create", "join", "inspect"}) {
    SCOPED_TRACE(command);
    const RunResult result = run_nsplay({"help", command});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_THAT(result.out, StartsWith("Usage: nsplay " + command + " "));
    EXPECT_EQ(run_nsplay({command, "--help"}).out, result.out);
    EXPECT_EQ(run_nsplay({command, "-h"}).out, result.out);
  }
}

TEST_F(Help, OfACommandIsGivenWhateverElseIsThere) {
  const std::string help = run_nsplay({"help", "inspect"}).out;
  EXPECT_EQ(run_nsplay({"inspect", "4711", "--help", "more"}).out, help);
}

TEST_F(Help, FitsIntoATerminalOf120Columns) {
  for (const Words& words :
       {Words{"help"}, Words{"help", "create"}, Words{"help", "join"}, Words{"help", "inspect"}}) {
    EXPECT_THAT(run_nsplay(words).out, testing::Not(testing::ContainsRegex("[^\n]{121}")));
  }
}

TEST_F(Help, VersionIsOneLine) {
  for (const char* option : {"--version", "-V"}) {
    const RunResult result = run_nsplay({option});
    EXPECT_EQ(result.status, 0);
    EXPECT_THAT(result.out, testing::MatchesRegex("nsplay [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    EXPECT_EQ(result.err, "");
  }
}

TEST_F(Help, ThatCannotBeWrittenIsAnError) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  for (const Words& words : {Words{"help"}, Words{"--version"}, Words{"help", "create"}}) {
    const RunResult result = run_nsplay(words, options);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.err, "nsplay: write standard output: No space left on device\n");
  }
}

}  // namespace
}  // namespace nsplay::test
