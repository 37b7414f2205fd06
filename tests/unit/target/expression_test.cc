#include "nsplay/target/expression.h"

#include <string>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::target {
namespace {

using namespace std::string_view_literals;
using test::IsUsageError;
using test::Yields;
using testing::AllOf;
using testing::EndsWith;
using testing::Field;
using testing::Optional;
using testing::VariantWith;

auto is_pid(pid_t pid) {
  return VariantWith<ProcessExpression>(
      AllOf(Field(&ProcessExpression::pid, pid),
            Field(&ProcessExpression::pidfd_inode, std::optional<std::uint64_t>())));
}

auto is_pid_with_inode(pid_t pid, std::uint64_t inode) {
  return VariantWith<ProcessExpression>(
      AllOf(Field(&ProcessExpression::pid, pid),
            Field(&ProcessExpression::pidfd_inode, Optional(inode))));
}

auto is_file(const std::string& path) {
  return VariantWith<FileExpression>(Field(&FileExpression::path, path));
}

TEST(Expression, IsAProcessWhenItIsAPid) {
  EXPECT_THAT(parse_expression("1"), Yields(is_pid(1)));
  EXPECT_THAT(parse_expression("4711"), Yields(is_pid(4711)));
  EXPECT_THAT(parse_expression("004711"), Yields(is_pid(4711)));
  EXPECT_THAT(parse_expression("4194303"), Yields(is_pid(4194303)));
}

TEST(Expression, MayPinThePidByItsPidfdInode) {
  EXPECT_THAT(parse_expression("4711:22926"), Yields(is_pid_with_inode(4711, 22926)));
  EXPECT_THAT(parse_expression("4711:18446744073709551615"),
              Yields(is_pid_with_inode(4711, 18446744073709551615U)));
}

TEST(Expression, IsNsplayItselfWhenItIsSelf) {
  EXPECT_THAT(parse_expression("self"), Yields(VariantWith<SelfExpression>(testing::_)));
}

TEST(Expression, IsANetworkNamespaceByName) {
  for (const char* name : {"blue", "a b", "...", "4711", "x:y"}) {
    EXPECT_THAT(
        parse_expression("netns:" + std::string(name)),
        Yields(VariantWith<NetnsExpression>(Field(&NetnsExpression::name, std::string(name)))));
  }
  for (const char* text : {"netns:", "netns:.", "netns:..", "netns:../x", "netns:a/b"}) {
    EXPECT_THAT(parse_expression(text),
                IsUsageError("'" + std::string(text) + "' is not a TARGET"));
  }
}

TEST(Expression, IsAPlay) {
  for (const std::string name : {"web", "4711", "self", "a.b-c_d"}) {
    EXPECT_THAT(parse_expression("play:" + name),
                Yields(VariantWith<PlayExpression>(Field(&PlayExpression::name, name))));
  }
}

TEST(Expression, IsANameWhenItIsNothingElse) {
  for (const std::string name : {"web", "Self", "selfs", "4711x", "0x1267", "47.11"}) {
    EXPECT_THAT(parse_expression(name),
                Yields(VariantWith<NameExpression>(Field(&NameExpression::name, name))));
  }
}

TEST(Expression, IsAContainerOfAnEngine) {
  for (const std::string name : {"web", "4711", "a/b", "ns/pod/container", "a b", "x:y", ".."}) {
    for (const Engine& engine : all_engines()) {
      EXPECT_THAT(parse_expression(std::string(engine.name) + ":" + name),
                  Yields(VariantWith<ContainerExpression>(
                      AllOf(Field(&ContainerExpression::engine, &engine),
                            Field(&ContainerExpression::name, name)))));
    }
  }
  EXPECT_TRUE(parse_expression("k8s:" + std::string(512, 'x')));
  EXPECT_THAT(parse_expression("podman:" + std::string(513, 'x')),
              IsUsageError(EndsWith("is not a TARGET")));
  for (const char* text : {"podman:", "Podman:x", "podmann:x"}) {
    EXPECT_THAT(parse_expression(text), IsUsageError(EndsWith("is not a TARGET"))) << text;
  }
}

TEST(Expression, IsANamespaceByItsNumber) {
  for (const char* text : {"net:[4026532178]", "net:4026532178"}) {
    const auto expression = parse_expression(text);
    ASSERT_TRUE(expression) << text;
    const auto& number = std::get<NumberExpression>(*expression).number;
    EXPECT_EQ(number.kind, ns::Kind::net);
    EXPECT_THAT(number.inode, Optional(4026532178U));
  }
  const auto expression = parse_expression("id:18609");
  ASSERT_TRUE(expression);
  EXPECT_EQ(std::get<NumberExpression>(*expression).number.id, 18609U);
  for (const char* text :
       {"net:", "net:[]", "net:x", "net:[1", "net:-1", "id:", "id:[1]", "nets:1"}) {
    EXPECT_THAT(parse_expression(text),
                IsUsageError("'" + std::string(text) + "' is not a TARGET"));
  }
}

TEST(Expression, IsAFileWhenItHasASlash) {
  for (const char* path : {"/proc/4711/ns/net",
                           "./self",
                           "netns/blue",
                           "/",
                           "4711/",
                           "/run/netns/a b",
                           "4711:/x",
                           "../4711"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(parse_expression(path), Yields(is_file(path)));
  }
}

TEST(Expression, IsRefusedWhenTheNumberIsNoPid) {
  for (const char* text : {"0",
                           "-1",
                           "-5",
                           "-0",
                           "4194305",
                           "2147483647",
                           "2147483648",
                           "4294967297",
                           "18446744073709551617",
                           "99999999999999999999999999"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_expression(text), IsUsageError("'" + std::string(text) + "' is not a pid"));
  }
}

// proc(5): pid_max, which goes up to 4194304, is "one greater than the maximum PID".
TEST(Expression, IsRefusedWhenThePidIsTheLimitItself) {
  EXPECT_THAT(parse_expression("4194304"), IsUsageError("'4194304' is not a pid"));
}

TEST(Expression, NamesTheNumberThatIsNoPidAlone) {
  EXPECT_THAT(parse_expression("0:22926"), IsUsageError("'0' is not a pid"));
}

TEST(Expression, IsRefusedWhenItHasNoneOfTheForms) {
  for (const auto text : {""sv,        " "sv,        "we b"sv,    "web,"sv,
                          "self "sv,   ".self"sv,    "self:1"sv,  "4711+"sv,
                          "_4711"sv,   " 4711"sv,    "4711 "sv,   "4711\n"sv,
                          "4711\0"sv,  "+4711"sv,    "--4711"sv,  "-"sv,
                          "play:"sv,   "play:.x"sv,  ":"sv,       ":22926"sv,
                          "4711:"sv,   "4711:x"sv,   "4711:-1"sv, "4711:+1"sv,
                          "4711: 1"sv, "4711:1:2"sv, "4711::1"sv, "4711:18446744073709551616"sv}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_expression(text), IsUsageError(EndsWith("is not a TARGET")));
  }
}

TEST(Expression, IsQuotedHarmlesslyWithTheFormsThatThereAre) {
  const auto expression = parse_expression("\x1b[31mweb");
  EXPECT_THAT(expression, IsUsageError("'\\x1b[31mweb' is not a TARGET"));
  EXPECT_EQ(expression.error().hint,
            "a TARGET is a pid, PID:PIDFD_INODE, self, NAME, play:NAME, ENGINE:NAME, netns:NAME, "
            "KIND:[INODE], id:ID, or the path of a namespace file");
}

}  // namespace
}  // namespace nsplay::target
