// What `nsplay diff` shows, and its exit status.

#include <unistd.h>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using Diff = CliTest;
using ns::Kind;
using testing::HasSubstr;
using testing::StartsWith;

/// In a uts namespace of its own, with another name.
TargetOptions called(std::string name) {
  TargetOptions options;
  options.kinds = with_privilege_for({Kind::uts});
  options.inside = [name = std::move(name)] {
    must(::sethostname(name.c_str(), name.size()) == 0, "sethostname");
  };
  return options;
}

TEST_F(Diff, ShowsALineForEachDifference) {
  const ChildInNamespaces target(called("a-name-of-its-own"));
  const RunResult result = run_nsplay({"diff", target.expression(), "--section", "uname"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out,
              testing::MatchesRegex("SECTION  WHAT      " + target.expression() +
                                    " +self\nuname    nodename  a-name-of-its-own  " +
                                    own_nodename() + "\n"));
}

TEST_F(Diff, ShowsNothingWhereNothingDiffers) {
  const ChildInNamespaces target(called("x"));
  const RunResult same = run_nsplay({"diff", target.expression(), target.expression()});
  EXPECT_EQ(same.status, 0);
  EXPECT_EQ(same.out, "");
  EXPECT_EQ(same.err, "");
  EXPECT_EQ(run_nsplay({"diff", "self"}).status, 0);
}

TEST_F(Diff, QuietlySaysItByItsStatusAlone) {
  const ChildInNamespaces target(called("x"));
  for (const char* option : {"-q", "--quiet"}) {
    const RunResult result = run_nsplay({"diff", option, target.expression()});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(run_nsplay({"diff", option, "self"}).status, 0);
  }
}

TEST_F(Diff, AsJsonHasEverySection) {
  const ChildInNamespaces target(called("x"));
  const RunResult result = run_nsplay({"diff", "--json", target.expression()});
  EXPECT_EQ(result.status, 1);
  const Json json = parse_json(result.out);
  EXPECT_EQ(members_of(json), (Words{"schema", "a", "b", "same", "sections"}));
  EXPECT_EQ(json.at("schema"), "nsplay.diff/1");
  EXPECT_EQ(json.at("a"), target.expression());
  EXPECT_EQ(json.at("b"), "self");
  EXPECT_EQ(json.at("same"), false);
  const Json& sections = json.at("sections");
  ASSERT_EQ(sections.size(), 8U);
  EXPECT_EQ(members_of(sections.at(0)), (Words{"section", "differences"}));
  const Json& nodename = sections.at(0).at("differences").at(0);
  EXPECT_EQ(members_of(nodename), (Words{"path", "a", "b"}));
  EXPECT_EQ(nodename.at("a"), "x");
  EXPECT_EQ(nodename.at("b"), own_nodename());
  EXPECT_EQ(sections.at(1).at("section"), "namespaces");
  const Json& uts = sections.at(1).at("differences").back();
  EXPECT_THAT(uts.at("path").get<std::string>(), StartsWith("uts"));
  expect_namespace(uts.at("a"));
  expect_namespace(uts.at("b"));
}

TEST_F(Diff, TellsHowFarClocksAreMoved) {
  REQUIRE_KERNEL_FEATURE(time_namespaces);
  const Subprocess child = create_detached({"--boottime", "3d"});
  const RunResult result =
      run_nsplay({"diff", "self", std::to_string(child.pid()), "--section", "clocks", "--json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(parse_json(result.out).at("sections"),
            Json::parse(R"([{"section": "clocks", "differences":
                             [{"path": "boottime", "a": 0, "b": 259200000000000}]}])"));
}

TEST_F(Diff, SaysWhatMayNotBeReadAndThatItIsTroubleByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(ns::KindSet{});
  RunOptions options;
  options.as = RunAs::nobody;
  const Words words = {"diff", target.expression(), "--section", "uname", "--section", "paths"};
  const RunResult result = run_nsplay(words, options);
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err,
              StartsWith("nsplay: note: cannot read uname of " + target.expression() + ": "));
  EXPECT_THAT(result.err,
              HasSubstr("\nnsplay: note: cannot read paths of " + target.expression() + ": "));
  EXPECT_THAT(result.err,
              HasSubstr("\nnsplay: note: process " + target.expression() +
                        " belongs to root (uid 0) and you are "));
  // The ids differ in any case.
  EXPECT_EQ(run_nsplay({"diff", target.expression()}, options).status, 1);
}

TEST_F(Diff, HostileNamesAreHarmless) {
  const ChildInNamespaces target(called("\x1b]0;title\x07\n\xff"));
  const RunResult result = run_nsplay({"diff", target.expression()});
  EXPECT_TRUE(is_harmless(result.out));
  EXPECT_THAT(result.out, HasSubstr("\\x1b]0;title\\x07\\n\\xff"));
}

TEST_F(Diff, EveryTroubleHasStatusTwo) {
  EXPECT_TRUE(
      fails_with(run_nsplay({"diff"}), {2, "diff needs a TARGET, or two", "nsplay diff 4711"}));
  EXPECT_EQ(run_nsplay({"diff", "self", "self", "self"}).status, 2);
  EXPECT_TRUE(fails_with(
      run_nsplay({"diff", "self", "--section", "unam"}),
      {2, "cannot compare self with self: there is no section 'unam'", "did you mean 'uname'?"}));
  EXPECT_EQ(run_nsplay({"diff", "self", "-q", "--json"}).status, 2);
  EXPECT_TRUE(fails_with(run_nsplay({"diff", "self", "4194303"}),
                         {2,
                          "cannot compare self with 4194303: no process has pid 4194303: No "
                          "such process",
                          ""}));
}

TEST_F(Diff, AFailureIsADocumentToo) {
  const RunResult result = run_nsplay({"diff", "4194303", "--json"});
  EXPECT_EQ(result.status, 2);
  const Json json = failure_document(result);
  EXPECT_EQ(json.at("schema"), "nsplay.diff/1");
  EXPECT_EQ(json.at("same"), nullptr);
}

TEST_F(Diff, FailsWithTheCauseWhenTheDiskIsFull) {
  const ChildInNamespaces target(called("x"));
  RunOptions options;
  options.prepare = write_to_full_disk;
  const RunResult result = run_nsplay({"diff", target.expression()}, options);
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err, "nsplay: write standard output: No space left on device\n");
}

}  // namespace
}  // namespace nsplay::test
