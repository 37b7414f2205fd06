#include "nsplay/target/play.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::target {
namespace {

using test::IsUsageError;
using testing::StartsWith;

Play sample() {
  Play play;
  play.name = "web";
  play.pid = 4711;
  play.start_time = 554434;
  play.pidfd_inode = 18446744073709551615U;
  play.boot_id = "ce53bcf0-4b59-4c45-803b-afb26811a27a";
  play.pid_namespace = 4026531836;
  play.created = 1795618224;
  play.command = "sleep 100";
  play.namespaces = {{{ns::Kind::net, 4026531833, 3}, false},
                     {{ns::Kind::uts, 4026532178, std::nullopt}, true}};
  return play;
}

/// The sample's file with `from` replaced.
std::string changed(std::string_view from, std::string_view to) {
  std::string text = format_play(sample());
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

TEST(PlayProcess, IsReadFromAFileOfALaterVersion) {
  const auto play = parse_play_process(changed("nsplay.play/1", "nsplay.play/9"));
  ASSERT_TRUE(play);
  EXPECT_EQ(play->pid, sample().pid);
  EXPECT_EQ(play->start_time, sample().start_time);
  EXPECT_EQ(play->pidfd_inode, sample().pidfd_inode);
  EXPECT_EQ(play->boot_id, sample().boot_id);
  EXPECT_EQ(play->pid_namespace, sample().pid_namespace);
}

TEST(PlayProcess, IsNotReadFromWhatNamesNone) {
  for (const std::string& text : {std::string("{}"),
                                  std::string("[[["),
                                  changed("4711", "0"),
                                  changed("4711", "-1"),
                                  changed("boot_id", "b")}) {
    EXPECT_FALSE(parse_play_process(text)) << text;
  }
}

TEST(PlayName, HasLettersDigitsAndThreeSigns) {
  for (const char* name : {"web", "W", "4711", "a.b_c-d", "9-", "self"}) {
    EXPECT_TRUE(is_play_name(name)) << name;
  }
  EXPECT_TRUE(is_play_name(std::string(64, 'x')));
}

TEST(PlayName, IsNothingThatAPathOrATerminalUnderstands) {
  for (const std::string& name : {std::string(),
                                  std::string("."),
                                  std::string(".."),
                                  std::string(".web"),
                                  std::string("-web"),
                                  std::string("_web"),
                                  std::string("a/b"),
                                  std::string("a b"),
                                  std::string("a:b"),
                                  std::string("a\n"),
                                  std::string("a\0b", 3),
                                  std::string("\xc3\xa4"),
                                  std::string(65, 'x')}) {
    EXPECT_FALSE(is_play_name(name)) << testing::PrintToString(name);
    EXPECT_THAT(check_play_name(name), IsUsageError(testing::EndsWith("is not a name for a play")));
  }
}

TEST(PlayFile, SurvivesBeingWrittenAndRead) {
  const auto play = parse_play(format_play(sample()));
  ASSERT_TRUE(play) << play.error().message();
  EXPECT_EQ(*play, sample());
}

TEST(PlayFile, SurvivesOnAKernelWithoutIds) {
  Play play = sample();
  play.pidfd_inode = std::nullopt;
  play.namespaces.clear();
  const auto again = parse_play(format_play(play));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, play);
}

TEST(PlayFile, TakesAnyCommand) {
  Play play = sample();
  play.command = std::string(100000, '\xff');
  const std::string text = format_play(play);
  EXPECT_LT(text.size(), largest_play_file);
  const auto again = parse_play(text);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_THAT(again->command, StartsWith("\xef\xbf\xbd"));
}

TEST(PlayFile, MayHaveMembersThatThisVersionDoesNotKnow) {
  EXPECT_TRUE(parse_play(changed("{", R"({"later": [{}],)")));
}

TEST(PlayFile, IsRefusedWhenItIsNoObjectOfTheSchema) {
  for (const std::string text : {"", "{", "{}", "[]", "null", "4711", "\"web\"", "\xff"}) {
    EXPECT_FALSE(parse_play(text)) << text;
  }
  EXPECT_FALSE(parse_play(changed("nsplay.play/1", "nsplay.play/2")));
  EXPECT_FALSE(parse_play(format_play(sample()) + "x"));
  EXPECT_FALSE(parse_play(std::string(60000, '[')));
}

TEST(PlayFile, IsRefusedWhenAMemberIsMissingOrNotWhatItShouldBe) {
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"("name": "web")", R"("name": "../web")"},
           {R"("name": "web")", R"("name": null)"},
           {"4711", "0"},
           {"4711", "-1"},
           {"4711", "2147483648"},
           {"4711", "18446744073709551616"},
           {"4711", "4711.5"},
           {"4711", "\"4711\""},
           {"554434", "-554434"},
           {"18446744073709551615", "\"1\""},
           {"1795618224", "9223372036854775808"},
           {"\"sleep 100\"", "[]"},
           {"\"boot_id\"", "\"boot\""},
           {"\"uts\"", "\"nonsense\""},
           {"4026532178", "null"},
           {"true", "1"}}) {
    EXPECT_FALSE(parse_play(changed(from, to))) << from << " as " << to;
  }
}

TEST(PlayFile, IsRefusedWithMoreNamespacesThanThereAreKinds) {
  Play play = sample();
  play.namespaces.resize(9);
  EXPECT_FALSE(parse_play(format_play(play)));
}

}  // namespace
}  // namespace nsplay::target
