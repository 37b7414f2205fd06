#include "nsplay/target/engines/state_files.h"

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::target {
namespace {

using test::Fails;
using testing::ElementsAre;
using testing::Optional;
using testing::SizeIs;

// Cut from what the runtimes of Debian 12 wrote.
constexpr std::string_view runc_state =
    R"({"id":"web","init_process_pid":4711,"init_process_start":554434,)"
    R"("created":"2026-11-28T03:50:38Z","config":{"labels":["bundle=/b"]},"rootless":false})";
constexpr std::string_view crun_status =
    R"({"pid":4711,"process-start-time":554434,"cgroup-path":"/libpod_parent/libpod-ab",)"
    R"("rootfs":"/r","bundle":"/b","detached":true})";

TEST(RuntimeState, IsReadFromBothRuntimes) {
  for (const auto& state : {parse_runc_state(runc_state), parse_crun_status(crun_status)}) {
    ASSERT_TRUE(state);
    EXPECT_EQ(state->pid, 4711);
    EXPECT_THAT(state->start_time, Optional(554434U));
  }
}

TEST(RuntimeState, MayLackTheStartTime) {
  const auto state = parse_crun_status(R"({"pid":4711,"process-start-time":-1})");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->start_time, std::nullopt);
}

TEST(RuntimeState, IsRefusedWithoutAPid) {
  for (const char* text : {"",
                           "{",
                           "[]",
                           "7",
                           "{}",
                           R"({"pid":"4711"})",
                           R"({"pid":-1})",
                           R"({"pid":4294967297})",
                           R"({"pid":1.5})"}) {
    EXPECT_THAT(parse_crun_status(text), Fails("is not a status of crun")) << text;
  }
  EXPECT_THAT(parse_runc_state(crun_status), Fails("is not a state of runc"));
}

TEST(Containers, AreReadWithTheirNames) {
  const auto containers =
      parse_containers(R"([{"id":"ab","names":["web","www"],"metadata":"{\"image-name\":\"i\"}"},)"
                       R"({"id":"cd"},{"names":["no id"]},7,)"
                       R"({"id":"ef","names":"x","metadata":"{\"pod-name\":\"p\"}"}])");
  ASSERT_TRUE(containers);
  ASSERT_THAT(*containers, SizeIs(3));
  EXPECT_EQ((*containers)[0].id, "ab");
  EXPECT_THAT((*containers)[0].names, ElementsAre("web", "www"));
  EXPECT_EQ((*containers)[0].pod, std::nullopt);
  EXPECT_THAT((*containers)[1].names, SizeIs(0));
  EXPECT_THAT((*containers)[2].pod, Optional(std::string("p")));
  EXPECT_THAT(parse_containers("{}"), Fails("is not a list of containers"));
}

/// What is too deep costs little, whatever its size.
TEST(State, IsNotReadToAnyDepth) {
  const std::string deep(64, '[');
  const std::string end(64, ']');
  EXPECT_TRUE(parse_containers(deep + end));
  EXPECT_THAT(parse_containers("[" + deep + end + "]"), Fails("is not a list of containers"));
  EXPECT_THAT(parse_docker_config(std::string(1024UL * 1024, '[')),
              Fails("is not a configuration of docker"));
}

TEST(RegisteredMachine, HasALeaderAndAUnit) {
  const auto machine =
      parse_machine("NAME=web\nSCOPE=a\\\\x2db.scope\nLEADER=7\nCLASS=container\n");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->leader, 7);
  EXPECT_EQ(machine->unit, "a\\x2db.scope");
  EXPECT_EQ(parse_machine("LEADER=7\nCLASS=container")->unit, "");
  for (const char* text : {"",
                           "=",
                           "LEADER=7\n",
                           "LEADER=x\nCLASS=container\n",
                           "CLASS=container",
                           "LEADER=7\nCLASS=vm\n",
                           "LEADER\nCLASS=container\n"}) {
    EXPECT_FALSE(parse_machine(text)) << text;
  }
}

TEST(PidFile, HoldsOnePid) {
  EXPECT_THAT(parse_pid_file("4711"), Optional(4711));
  EXPECT_THAT(parse_pid_file("4711\n"), Optional(4711));
  for (const char* text : {"", "0", "-1", "4711 4712", "x", "99999999999"}) {
    EXPECT_EQ(parse_pid_file(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace nsplay::target
