// `nsplay inspect --json`: the document that scripts rely on.

#include <unistd.h>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/child_in_namespaces.h"
#include "support/must.h"
#include "support/processes.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using InspectJson = CliTest;
using ns::Kind;

Json inspect(const std::string& target, const RunOptions& options = {}, const Words& more = {}) {
  Words words{"inspect", target, "--json"};
  words.insert(words.end(), more.begin(), more.end());
  const RunResult result = run_nsplay(words, options);
  EXPECT_EQ(result.status, 0) << result;
  EXPECT_THAT(result.err, testing::AnyOf("", testing::HasSubstr("are not counted: ")));
  return parse_json(result.out);
}

/// In a uts namespace of its own, with another name.
TargetOptions named_x() {
  TargetOptions options;
  options.kinds = with_privilege_for({Kind::uts});
  options.inside = [] { must(::sethostname("x", 1) == 0, "sethostname"); };
  return options;
}

void expect_target(const Json& target, const std::string& expression, const char* type) {
  EXPECT_EQ(members_of(target),
            (Words{"expression", "type", "pid", "comm", "command", "container"}));
  EXPECT_EQ(target.at("expression"), expression);
  EXPECT_EQ(target.at("type"), type);
  EXPECT_TRUE(target.at("container").is_null());
}

void expect_readable_namespace(const Json& entry) {
  expect_namespace(entry);
  EXPECT_TRUE(entry.at("same_as_caller").is_boolean());
  if (const Json& owner = entry.at("owner"); !owner.is_null()) {
    EXPECT_EQ(members_of(owner), (Words{"kind", "inode", "id", "uid"}));
    expect_namespace(owner);
    EXPECT_EQ(owner.at("kind"), "user");
    EXPECT_TRUE(owner.at("uid").is_number_unsigned());
  }
  if (const Json& parent = entry.at("parent"); !parent.is_null()) {
    EXPECT_EQ(members_of(parent), (Words{"kind", "inode", "id"}));
    expect_namespace(parent);
    EXPECT_EQ(parent.at("kind"), entry.at("kind"));
  }
}

Words namespace_members() {
  return {"kind", "inode", "id", "same_as_caller", "owner", "parent", "processes"};
}

void expect_uname(const Json& uname) {
  EXPECT_EQ(members_of(uname), (Words{"differs", "fields"}));
  bool any = false;
  Words fields;
  for (const Json& field : uname.at("fields")) {
    EXPECT_EQ(members_of(field), (Words{"field", "caller", "target", "differs"}));
    EXPECT_EQ(field.at("differs"), field.at("caller") != field.at("target"));
    any = any || field.at("differs") == true;
    fields.push_back(field.at("field"));
  }
  EXPECT_EQ(fields, uname_fields());
  EXPECT_EQ(uname.at("differs"), any);
}

const Json& namespace_of(const Json& document, const std::string& kind) {
  for (const Json& entry : document.at("namespaces")) {
    if (entry.at("kind") == kind) {
      return entry;
    }
  }
  throw std::out_of_range(kind);
}

TEST_F(InspectJson, OfAProcessHasExactlyTheMembersOfTheSchema) {
  const ChildInNamespaces target(named_x());
  const Json document = inspect(target.expression());
  EXPECT_EQ(members_of(document), (Words{"schema", "target", "namespaces", "uname"}));
  EXPECT_EQ(document.at("schema"), "nsplay.inspect/1");
  expect_target(document.at("target"), target.expression(), "process");
  EXPECT_EQ(kinds_of(document.at("namespaces")), all_kinds());
  for (const Json& entry : document.at("namespaces")) {
    EXPECT_THAT(members_of(entry), testing::IsSupersetOf(namespace_members()));
    expect_readable_namespace(entry);
    EXPECT_TRUE(entry.at("processes").is_null());
  }
  expect_uname(document.at("uname"));
}

TEST_F(InspectJson, OfAProcessTellsTheTruth) {
  const ChildInNamespaces target(named_x());
  const Json document = inspect(target.expression());
  EXPECT_EQ(document.at("target").at("pid"), target.pid());
  EXPECT_EQ(document.at("target").at("comm").get<std::string>() + "\n",
            read_process_file(target.pid(), "comm"));
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const Json& entry = namespace_of(document, std::string(info.name));
    EXPECT_EQ(entry.at("inode"), namespace_inode(target.pid(), info.kind));
    EXPECT_EQ(entry.at("same_as_caller"),
              namespace_link(target.pid(), info.kind) == namespace_link(::getpid(), info.kind));
  }
  EXPECT_EQ(document.at("uname").at("differs"), true);
  EXPECT_EQ(
      document.at("uname").at("fields").at(1),
      (Json{
          {"field", "nodename"}, {"caller", own_nodename()}, {"target", "x"}, {"differs", true}}));
}

TEST_F(InspectJson, OfSelfDiffersInNothing) {
  const Json document = inspect("self");
  expect_target(document.at("target"), "self", "process");
  EXPECT_EQ(document.at("uname").at("differs"), false);
  for (const Json& entry : document.at("namespaces")) {
    expect_readable_namespace(entry);
    EXPECT_EQ(entry.at("same_as_caller"), true);
  }
}

TEST_F(InspectJson, CountsMembersWhenAsked) {
  const ChildInNamespaces target(named_x());
  const Json document = inspect(target.expression(), {}, {"--members"});
  for (const Json& entry : document.at("namespaces")) {
    EXPECT_TRUE(entry.at("processes").is_number_unsigned());
    EXPECT_GE(entry.at("processes"), 1);
  }
  EXPECT_EQ(namespace_of(document, "uts").at("processes"), 1);
}

TEST_F(InspectJson, OfANamespaceFileHasThatOneEntryAndNoProcess) {
  const ChildInNamespaces target(named_x());
  const std::string path = target.namespace_file(Kind::net);
  const Json document = inspect(path);
  EXPECT_EQ(members_of(document), (Words{"schema", "target", "namespaces", "uname"}));
  expect_target(document.at("target"), path, "namespace");
  for (const char* member : {"pid", "comm", "command"}) {
    EXPECT_TRUE(document.at("target").at(member).is_null());
  }
  EXPECT_EQ(kinds_of(document.at("namespaces")), Words{"net"});
  expect_readable_namespace(document.at("namespaces").at(0));
  EXPECT_TRUE(document.at("uname").is_null());
}

TEST_F(InspectJson, OfAUtsNamespaceFileHasItsUname) {
  const ChildInNamespaces target(named_x());
  const Json document = inspect(target.namespace_file(Kind::uts));
  EXPECT_EQ(kinds_of(document.at("namespaces")), Words{"uts"});
  expect_uname(document.at("uname"));
  EXPECT_EQ(document.at("uname").at("fields").at(1).at("target"), "x");
}

void expect_unreadable(const Json& uname) {
  EXPECT_EQ(members_of(uname), (Words{"differs", "fields", "error"}));
  EXPECT_TRUE(uname.at("differs").is_null());
  for (const Json& field : uname.at("fields")) {
    EXPECT_TRUE(field.at("caller").is_string());
    EXPECT_TRUE(field.at("target").is_null());
    EXPECT_TRUE(field.at("differs").is_null());
  }
  expect_error(uname.at("error"));
}

TEST_F(InspectJson, OfAUtsNamespaceThatMayNotBeEnteredSaysWhyByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(named_x());
  const MountedNamespace mounted(target.pid(), Kind::uts);
  RunOptions options;
  options.as = RunAs::nobody;
  const Json document = inspect(mounted.path(), options);
  EXPECT_EQ(kinds_of(document.at("namespaces")), Words{"uts"});
  expect_unreadable(document.at("uname"));
  EXPECT_EQ(document.at("uname").at("error").at("errno"), "EPERM");
}

TEST_F(InspectJson, OfAProcessThatMayNotBeLookedAtSaysWhyForEachPartByRoot) {
  REQUIRE_ROOT();
  const ChildInNamespaces target(named_x());
  RunOptions options;
  options.as = RunAs::nobody;
  const Json document = inspect(target.expression(), options);
  expect_target(document.at("target"), target.expression(), "process");
  EXPECT_EQ(document.at("target").at("pid"), target.pid());
  EXPECT_EQ(kinds_of(document.at("namespaces")), all_kinds());
  for (const Json& entry : document.at("namespaces")) {
    EXPECT_EQ(members_of(entry), (Words{"kind", "inode", "id", "error"}));
    EXPECT_TRUE(entry.at("inode").is_null());
    EXPECT_TRUE(entry.at("id").is_null());
    expect_error(entry.at("error"));
    EXPECT_EQ(entry.at("error").at("errno"), "EACCES");
  }
  expect_unreadable(document.at("uname"));
}

TEST_F(InspectJson, OfAZombieHasWhatIsLeftOfIt) {
  const ChildInNamespaces target(named_x());
  target.kill_without_reaping();
  const Json document = inspect(target.expression());
  expect_readable_namespace(namespace_of(document, "user"));
  expect_readable_namespace(namespace_of(document, "pid"));
  for (const char* gone : {"cgroup", "ipc", "mnt", "net", "time", "uts"}) {
    const Json& entry = namespace_of(document, gone);
    EXPECT_TRUE(entry.at("inode").is_null()) << entry;
    expect_error(entry.at("error"));
  }
  expect_unreadable(document.at("uname"));
}

TEST_F(InspectJson, OfNothingIsADocumentThatSaysWhy) {
  for (const char* target : {"4194304", "nonsense", "/nonexistent"}) {
    SCOPED_TRACE(target);
    const RunResult result = run_nsplay({"inspect", target, "--json"});
    EXPECT_EQ(result.status, run_nsplay({"inspect", target}).status);
    const Json document = failure_document(result);
    EXPECT_EQ(members_of(document), (Words{"schema", "target", "error"}));
    EXPECT_EQ(document.at("schema"), "nsplay.inspect/1");
    EXPECT_EQ(document.at("target"), (Json{{"expression", target}}));
  }
}

TEST_F(InspectJson, OfAProcessThatIsGoneNamesTheErrno) {
  const std::string gone = [] {
    const ChildInNamespaces target(named_x());
    return target.expression();
  }();
  const RunResult result = run_nsplay({"inspect", gone, "--json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(failure_document(result).at("error").at("errno"), "ESRCH");
}

}  // namespace
}  // namespace nsplay::test
