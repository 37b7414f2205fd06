// `nsplay create --json`: the document that scripts rely on.

#include <csignal>

#include <nlohmann/json.hpp>

#include "nsplay/ns/kind.h"

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using CreateJson = CliTest;

/// A document ends with a line that is one closing brace.
Json read_document(PipeReader& out) {
  std::string text;
  std::string line;
  do {
    line = out.read_line();
    text += line + "\n";
  } while (line != "}" && !testing::Test::HasFailure());
  return parse_json(text);
}

std::vector<std::string> new_kinds(const Json& document) {
  std::vector<std::string> kinds;
  for (const Json& entry : document.at("namespaces")) {
    if (entry.at("new") == true) {
      kinds.push_back(entry.at("kind"));
    }
  }
  return kinds;
}

void expect_schema(const Json& document) {
  EXPECT_EQ(members_of(document),
            (Words{"schema", "name", "pid", "pidfd_inode", "namespaces", "uname"}));
  EXPECT_EQ(document.at("schema"), "nsplay.create/1");
  EXPECT_TRUE(document.at("name").is_null());
  EXPECT_TRUE(document.at("pid").is_number_unsigned());
  EXPECT_EQ(document.at("pidfd_inode").is_number_unsigned(), reason_without(pidfd_inode).empty());
  EXPECT_EQ(kinds_of(document.at("namespaces")), all_kinds());
  for (const Json& entry : document.at("namespaces")) {
    EXPECT_EQ(members_of(entry), (Words{"kind", "inode", "id", "new"}));
    expect_namespace(entry);
    EXPECT_TRUE(entry.at("new").is_boolean());
  }
  EXPECT_EQ(members_of(document.at("uname")), uname_fields());
}

/// The namespaces in the document are those of the process.
void expect_truth(const Json& document) {
  const pid_t pid = document.at("pid");
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const Json& entry = document.at("namespaces").at(static_cast<std::size_t>(info.kind));
    EXPECT_EQ(entry.at("kind"), info.name);
    EXPECT_EQ(entry.at("inode"), namespace_inode(pid, info.kind)) << entry;
    EXPECT_EQ(entry.at("new"),
              namespace_inode(pid, info.kind) != namespace_inode(::getpid(), info.kind))
        << entry;
  }
  EXPECT_EQ(document.at("uname").at("nodename"), "x");
}

TEST_F(CreateJson, OfADetachedChild) {
  const RunResult result = run_nsplay({"create", "-d", "--hostname", "x", "--ipc", "--json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, note_for_caller());
  const Json document = parse_json(result.out);
  Subprocess child(document.at("pid").get<pid_t>());
  expect_schema(document);
  expect_truth(document);
  child.send_signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(CreateJson, OfAForegroundChildIsThereAsSoonAsItIsReadyAndIsAll) {
  RunningNsplay nsplay = start_nsplay({"create", "--hostname", "x", "--json"});
  const Json document = read_document(nsplay.out());
  expect_schema(document);
  expect_truth(document);
  nsplay.send_signal(SIGTERM);
  const RunResult result = nsplay.finish();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "");
}

TEST_F(CreateJson, OfAProgramStandsBesideIts) {
  for (const char* kinds : {"--uts", "--pid"}) {
    SCOPED_TRACE(kinds);
    RunningNsplay nsplay = start_nsplay(
        {"create", kinds, "--hostname", "x", "--json", "--", "sh", "-c", "cat; exit 3"});
    const Json document = read_document(nsplay.out());
    expect_schema(document);
    expect_truth(document);
    nsplay.write("from the program\n");
    const RunResult result = nsplay.finish();
    EXPECT_EQ(result.out, "from the program\n");
    EXPECT_EQ(result.status, 3);
  }
}

TEST_F(CreateJson, OfAProgramThatEndsAtOnceIsWhole) {
  for (const char* option : {"--uts", "--pid", "--detach", "--no-init"}) {
    for (int i = 0; i < 10; ++i) {
      const RunResult result =
          run_nsplay({"create", option, "--hostname", "x", "--json", "--", "true"});
      ASSERT_EQ(result.status, 0) << option << result;
      expect_schema(parse_json(result.out));
    }
  }
}

TEST_F(CreateJson, SaysWhichKindsAreNew) {
  const RunResult result =
      run_nsplay({"create", "-d", "--hostname", "x", "--net", "--user", "--json"});
  const Json document = parse_json(result.out);
  const Subprocess child(document.at("pid").get<pid_t>());
  EXPECT_EQ(new_kinds(document), (Words{"net", "user", "uts"}));
}

TEST_F(CreateJson, HasTheInodeByWhichJoinKnowsTheChild) {
  REQUIRE_KERNEL_FEATURE(pidfd_inode);
  const RunResult result = run_nsplay({"create", "-d", "--hostname", "x", "--json"});
  const Json document = parse_json(result.out);
  const Subprocess child(document.at("pid").get<pid_t>());
  const std::string target = std::to_string(child.pid()) + ":" + document.at("pidfd_inode").dump();
  EXPECT_EQ(run_nsplay({"join", target, "--", "hostname"}).out, "x\n");
}

TEST_F(CreateJson, ComesBeforeAnythingOfTheProgram) {
  for (const Words& flags : {Words{"--uts"}, Words{"--pid"}, Words{"--pid", "--no-init"}}) {
    SCOPED_TRACE(testing::PrintToString(flags));
    Words words{"create", "--json"};
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), {"--", "echo", "of the program"});
    const RunResult result = run_nsplay(words);
    EXPECT_THAT(result.out, testing::EndsWith("}\nof the program\n")) << result;
  }
}

TEST_F(CreateJson, FailsWithTheCauseWhenTheDiskIsFull) {
  RunOptions options;
  options.prepare = write_to_full_disk;
  const RunResult result = run_nsplay({"create", "--hostname", "x", "--json"}, options);
  EXPECT_EQ(result.status, 125);
  EXPECT_THAT(result.err, testing::StartsWith("nsplay: cannot create "));
  EXPECT_THAT(result.err, testing::EndsWith(": write standard output: No space left on device\n"));
  EXPECT_THAT(children_of(::getpid()), testing::IsEmpty());
}

TEST_F(CreateJson, OfAChildThatCannotBeMadeSaysWhy) {
  const RunResult result = run_nsplay({"create", "--hostname", "", "--json"});
  EXPECT_EQ(result.status, 125);
  const Json document = failure_document(result);
  EXPECT_EQ(members_of(document), (Words{"schema", "error"}));
  EXPECT_EQ(document.at("schema"), "nsplay.create/1");
}

TEST_F(CreateJson, OfAProgramThatCannotRunIsTheChildsAlone) {
  const RunResult result =
      run_nsplay({"create", "--hostname", "x", "--json", "--", "/nonexistent/program"});
  EXPECT_EQ(result.status, 127);
  expect_schema(parse_json(result.out));
}

}  // namespace
}  // namespace nsplay::test
