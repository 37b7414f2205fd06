#include "nsplay/procfs/process_status.h"

#include <string>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::procfs {
namespace {

using test::Fails;
using test::Yields;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr const char* whole =
    "Name:\tnginx\n"
    "Umask:\t0022\n"
    "State:\tS (sleeping)\n"
    "Tgid:\t4710\n"
    "Ngid:\t0\n"
    "Pid:\t4711\n"
    "PPid:\t1\n"
    "TracerPid:\t0\n"
    "Uid:\t1000\t1001\t1002\t1003\n"
    "Gid:\t100\t101\t102\t103\n"
    "FDSize:\t64\n"
    "Groups:\t24 25 27 \n"
    "NStgid:\t4710\t7\t1\n"
    "NSpid:\t4711\t8\t2\n"
    "SigBlk:\t0000000000004000\n"
    "SigIgn:\t0000000000001000\n"
    "SigCgt:\t8000000180014003\n"
    "CapInh:\t0000000000000000\n"
    "CapPrm:\t000001ffffffffff\n"
    "CapEff:\t0000000000000001\n"
    "CapBnd:\t00000000a80425fb\n"
    "CapAmb:\t0000000000000400\n"
    "NoNewPrivs:\t1\n"
    "Seccomp:\t2\n";

TEST(ProcessStatus, HasTheFieldsThatNsplayUses) {
  const auto status = parse_process_status(whole);
  ASSERT_THAT(status, Yields(Field(&ProcessStatus::thread_group, 4710)));
  EXPECT_EQ(status->real_uid, 1000U);
  EXPECT_EQ(status->effective_uid, 1001U);
  EXPECT_EQ(status->saved_uid, 1002U);
  EXPECT_EQ(status->effective_gid, 101U);
  EXPECT_THAT(status->namespace_pids, ElementsAre(4711, 8, 2));
  EXPECT_EQ(status->permitted, 0x1ffffffffffU);
  EXPECT_EQ(status->effective, 1U);
  EXPECT_EQ(status->bounding, 0xa80425fbU);
  EXPECT_EQ(status->ambient, 0x400U);
  EXPECT_EQ(status->real_gid, 100U);
  EXPECT_TRUE(status->no_new_privileges);
  EXPECT_EQ(status->seccomp_mode, 2);
  EXPECT_EQ(status->state, 'S');
  EXPECT_EQ(status->blocked_signals, 0x4000U);
  EXPECT_EQ(status->ignored_signals, 0x1000U);
  EXPECT_EQ(status->caught_signals, 0x8000000180014003U);
  EXPECT_THAT(status->umask, testing::Optional(022U));
}

TEST(ProcessStatus, TakesTheLargestIds) {
  const auto status = parse_process_status(
      "Uid:\t4294967294\t4294967295\t0\t0\nGid:\t0\t4294967294\t0\t0\nCapPrm:\tffffffffffffffff\n");
  ASSERT_THAT(status, Yields(Field(&ProcessStatus::real_uid, 4294967294U)));
  EXPECT_EQ(status->effective_uid, 4294967295U);
  EXPECT_EQ(status->effective_gid, 4294967294U);
  EXPECT_EQ(status->permitted, 0xffffffffffffffffU);
}

TEST(ProcessStatus, HasNoNamespacePidsBeforeLinux41) {
  EXPECT_THAT(parse_process_status("Tgid:\t5\n"),
              Yields(Field(&ProcessStatus::namespace_pids, IsEmpty())));
}

TEST(ProcessStatus, SkipsFieldsThatItDoesNotKnow) {
  const auto status = parse_process_status(
      "Future:\tnonsense\nwithout colon\n\n:\n:Uid:\t1\t1\nUidx:\t1\t1\nuid:\t1\t1\n Uid:\t1\t1\n");
  EXPECT_THAT(status, Yields(Field(&ProcessStatus::real_uid, 0U)));
}

TEST(ProcessStatus, DoesNotBelieveANameThatLooksLikeAField) {
  // The kernel writes the newline of a name as "\n".
  const auto status = parse_process_status("Name:\tx\\nUid:\t0\t0\t0\t0\nUid:\t5\t6\t7\t8\n");
  ASSERT_THAT(status, Yields(Field(&ProcessStatus::real_uid, 5U)));
  EXPECT_EQ(status->effective_uid, 6U);
}

TEST(ProcessStatus, NeedsNoNewlineAtTheEnd) {
  EXPECT_THAT(parse_process_status("Name:\tx\nTgid:\t5"),
              Yields(Field(&ProcessStatus::thread_group, 5)));
}

TEST(ProcessStatus, IsRefusedWhenAKnownFieldMakesNoSense) {
  const struct {
    const char* text;
    const char* field;
  } cases[] = {
      {"Tgid:\t\n", "Tgid"},
      {"Tgid:\tx\n", "Tgid"},
      {"Tgid:\t2147483648\n", "Tgid"},
      {"Uid:\n", "Uid"},
      {"Uid:\t0\n", "Uid"},
      {"Uid:\t0\tx\t0\t0\n", "Uid"},
      {"Uid:\t-1\t0\t0\t0\n", "Uid"},
      {"Uid:\t4294967296\t0\t0\t0\n", "Uid"},
      {"Gid:\t0\n", "Gid"},
      {"Gid:\t0\t4294967296\t0\t0\n", "Gid"},
      {"CapPrm:\t0x1\n", "CapPrm"},
      {"CapPrm:\t1ffffffffffffffff\n", "CapPrm"},
      {"CapPrm:\t\n", "CapPrm"},
      {"State:\t\n", "State"},
      {"State:\tsleeping\n", "State"},
      {"SigBlk:\t\n", "SigBlk"},
      {"SigIgn:\t0x1\n", "SigIgn"},
      {"SigCgt:\t1ffffffffffffffff\n", "SigCgt"},
      {"NSpid:\t1\tx\n", "NSpid"},
      {"NSpid:\t1\t99999999999\n", "NSpid"},
  };
  for (const auto& [text, field] : cases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(parse_process_status(text),
                Fails(std::string("malformed line in /proc/PID/status: ") + field));
  }
}

TEST(ProcessStatus, IsRefusedWhenItIsCutInsideTheUids) {
  const std::string text = whole;
  const std::size_t uid = text.find("Uid:");
  const std::size_t saved = text.find("1002");
  for (std::size_t length = uid + 4; length <= saved; ++length) {
    SCOPED_TRACE(text.substr(uid, length - uid));
    EXPECT_THAT(parse_process_status(text.substr(0, length)),
                Fails("malformed line in /proc/PID/status: Uid"));
  }
}

}  // namespace
}  // namespace nsplay::procfs
