// How the program of create ends with its front process: --kill-child, also with --setuid.

#include <unistd.h>

#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/front.h"
#include "kernel/programs.h"
#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using ns::KindSet;

struct EndShape {
  const char* name;
  KindSet kinds;
  ops::Init init;
};

std::ostream& operator<<(std::ostream& stream, const EndShape& shape) {
  return stream << shape.name;
}

constexpr EndShape end_shapes[] = {
    {"guarded", {Kind::user}, ops::Init::reaping},
    {"below_init", {Kind::user, Kind::pid}, ops::Init::reaping},
    {"raw_pid_1", {Kind::user, Kind::pid}, ops::Init::program},
};

class CreateEnd : public LeakCheck, public testing::WithParamInterface<EndShape> {
 protected:
  void SetUp() override {
    LeakCheck::SetUp();
    REQUIRE_USER_NAMESPACES();
  }

  /// Of a program that changes its ids, which takes the death signal away that it had before.
  static ops::CreateRequest request_of(Words program) {
    ops::CreateRequest request = creation_of(GetParam().kinds, std::move(program));
    request.init = GetParam().init;
    request.ids.user = "4711";
    request.ids.group = "4711";
    request.account = {"4711", "4711"};
    return request;
  }
};

std::string name_of_end_shape(const testing::TestParamInfo<EndShape>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Shapes, CreateEnd, testing::ValuesIn(end_shapes), name_of_end_shape);

TEST_P(CreateEnd, ProgramOfAnotherUserEndsWithAFrontThatIsKilledU1) {
  const Starter start = [](Words program, Preparation preparation) {
    return create_and_wait(request_of(std::move(program)), std::move(preparation));
  };
  expect_end_with_killed_front(start, inside("wait"));
}

TEST_P(CreateEnd, ProgramOfAnotherUserEndsWheneverTheFrontIsKilledU1) {
  const Starter start = [](Words program, Preparation preparation) {
    return create_and_wait(request_of(std::move(program)), std::move(preparation));
  };
  expect_end_whenever_the_front_is_killed(start, inside("wait"));
}

/// The program handles it, tells of it, and ends by itself.
TEST_P(CreateEnd, ProgramGetsTheSignalThatWasAskedForOnceTheFrontIsKilled) {
  for (const int signal : {SIGTERM, SIGUSR1, SIGHUP}) {
    SCOPED_TRACE(signal);
    ops::CreateRequest request = request_of(inside("tell-signal"));
    request.end_signal = signal;
    FrontProcess front(create_and_wait(request));
    front.output().read_line_after("ready ");
    front.send_signal(SIGKILL);
    EXPECT_EQ(front.output().read_line_after("signal "), std::to_string(signal));
    EXPECT_EQ(front.finish().status, 128 + SIGKILL);
  }
}

TEST_P(CreateEnd, SignalsArePassedOnAsEverByTheFrontU19) {
  const Starter start = [](Words program, Preparation preparation) {
    ops::CreateRequest request = request_of(std::move(program));
    request.end_signal = SIGTERM;
    return create_and_wait(request, std::move(preparation));
  };
  expect_signals_are_passed_on(start);
}

}  // namespace
}  // namespace nsplay::test
