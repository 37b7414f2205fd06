#include "nsplay/ops/child_report.h"

#include <cerrno>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "matchers.h"

namespace nsplay::ops {
namespace {

TEST(CallOf, NamesTheCallOfTheStep) {
  const struct {
    Step step;
    const char* call;
  } cases[] = {
      {Step::make_time_namespace, "unshare CLONE_NEWTIME"},
      {Step::set_namespaces, "setns"},
      {Step::execute_program, "execve"},
  };
  for (const auto& [step, call] : cases) {
    EXPECT_EQ(call_of(step), call);
  }
}

TEST(CallOf, HasAWordForWhatIsNoFailingStep) {
  EXPECT_EQ(call_of(Step::ready), "start");
  EXPECT_EQ(call_of(static_cast<Step>(1000)), "start");
}

TEST(CallOf, NamesEveryStepUpToTheLast) {
  const auto last = static_cast<std::int32_t>(Step::execute_program);
  for (auto step = static_cast<std::int32_t>(Step::interrupted) + 1; step <= last; ++step) {
    SCOPED_TRACE(step);
    EXPECT_NE(call_of(static_cast<Step>(step)), "start");
  }
}

TEST(NarratedCallOf, ShowsWhatEveryStepIsAppliedTo) {
  EXPECT_EQ(narrated_call_of(Step::set_hostname, "'x'"), "sethostname('x')");
  EXPECT_EQ(narrated_call_of(Step::make_time_namespace, ""), "unshare(CLONE_NEWTIME)");
  const auto last = static_cast<std::int32_t>(Step::execute_program);
  for (auto step = static_cast<std::int32_t>(Step::interrupted) + 1; step <= last; ++step) {
    SCOPED_TRACE(step);
    EXPECT_FALSE(narrated_call_of(static_cast<Step>(step), "").empty());
  }
}

TEST(NarratedCallOf, OfAStepWithoutAFormOfItsOwnIsTheCallAndTheSubject) {
  EXPECT_EQ(narrated_call_of(Step::keep_capabilities, "all"), "keep capabilities all");
}

TEST(StepTeller, TellsWhatAStepCameTo) {
  std::vector<ChildReport> heard;
  const StepTeller teller([&](const ChildReport& report) { heard.push_back(report); });
  EXPECT_EQ(teller.done(failure_of(Step::set_gid, EPERM)).progress, Progress::outcome);
  teller.next(Step::execute_program);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].step, Step::set_gid);
  EXPECT_EQ(heard[0].errnum, EPERM);
  EXPECT_EQ(heard[0].progress, Progress::done);
  EXPECT_EQ(heard[1].progress, Progress::next);
}

TEST(StepTeller, IsSilentWithoutListener) {
  const StepTeller teller;
  EXPECT_EQ(teller.done(failure_of(Step::set_gid, EPERM)).errnum, EPERM);
  teller.next(Step::execute_program);
  EXPECT_FALSE(teller.has_listener());
}

TEST(ChildReport, ArrivesAsItWasSent) {
  const auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  ChildReport sent{Step::set_namespaces, EPERM, -7, 4294967296, {}};
  std::string("web").copy(&sent.uname.fields[1][0], sys::RawUname::field_size);
  send_report(pipe->write_end, sent);
  send_report(pipe->write_end, {});
  const auto report = receive_report(pipe->read_end);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->step, Step::set_namespaces);
  EXPECT_EQ(report->errnum, EPERM);
  EXPECT_EQ(report->detail, -7);
  EXPECT_EQ(report->value, 4294967296);
  EXPECT_EQ(sys::uname_from(report->uname).nodename, "web");
  const auto next = receive_report(pipe->read_end);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->step, Step::ready);
}

TEST(ChildReport, IsMissingWhenEveryWriterIsGone) {
  auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  pipe->write_end.reset();
  EXPECT_FALSE(receive_report(pipe->read_end));
}

TEST(ChildReport, IsMissingWhenItsWriterDiedInTheMiddle) {
  auto pipe = sys::make_pipe();
  ASSERT_TRUE(pipe);
  const ChildReport report;
  sys::send_bytes(pipe->write_end, &report, sizeof report - 1);
  pipe->write_end.reset();
  EXPECT_FALSE(receive_report(pipe->read_end));
}

}  // namespace
}  // namespace nsplay::ops
