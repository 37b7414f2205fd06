#include "kernel/front.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

#include "support/inside_program.h"
#include "support/must.h"

namespace nsplay::test {
namespace {

void say_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    say("note " + note);
  }
}

Error error_in(const FrontOutcome& outcome) {
  EXPECT_TRUE(outcome.error) << outcome;
  EXPECT_EQ(outcome.children_left, 0U);
  return outcome.error.value_or(Error{});
}

}  // namespace

ops::CreateRequest creation_of(ns::KindSet kinds, Words program) {
  ops::CreateRequest request;
  request.kinds = kinds;
  request.program = std::move(program);
  return request;
}

ops::JoinRequest joining(std::string target, Words program, ns::KindSet kinds) {
  ops::JoinRequest request;
  request.target = std::move(target);
  request.kinds = kinds;
  request.program = std::move(program);
  return request;
}

FrontProcess::Body create_and_wait(ops::CreateRequest request, Preparation preparation) {
  return [request = std::move(request), preparation = std::move(preparation)]() -> Result<int> {
    if (preparation) {
      preparation();
    }
    ops::Creation creation = TRY(ops::create(request));
    say_notes(creation.notes);
    say("created " + std::to_string(creation.pid));
    creation.detached.release();
    return creation.session ? creation.session->wait() : 0;
  };
}

FrontProcess::Body join_and_wait(ops::JoinRequest request, Preparation preparation) {
  return [request = std::move(request), preparation = std::move(preparation)]() -> Result<int> {
    if (preparation) {
      preparation();
    }
    ops::Joined joined = TRY(ops::join(request));
    say_notes(joined.notes);
    say("joined " + std::to_string(joined.session.pid()));
    return joined.session.wait();
  };
}

FrontOutcome outcome_of(const ops::CreateRequest& request, const Preparation& preparation) {
  return in_child(create_and_wait(request, preparation));
}

Error error_of(const ops::CreateRequest& request, const Preparation& preparation) {
  return error_in(outcome_of(request, preparation));
}

Error error_of(const ops::JoinRequest& request, const Preparation& preparation) {
  return error_in(in_child(join_and_wait(request, preparation)));
}

std::string output_of_program(const FrontOutcome& outcome) {
  std::string output;
  for (const std::string_view line : split(outcome.output, '\n')) {
    const bool is_ours = line.starts_with("note ") || line.starts_with("created ") ||
                         line.starts_with("joined ") || line.empty();
    output += is_ours ? "" : std::string(line) + "\n";
  }
  return output;
}

void expect_ids(const FrontOutcome& outcome,
                const std::string& uid,
                const std::string& gid,
                const std::string& groups) {
  EXPECT_TRUE(passed(outcome));
  const InsideReport report(outcome.output);
  EXPECT_EQ(report["uid"], fmt::format("{0} {0} {0}", uid));
  EXPECT_EQ(report["gid"], fmt::format("{0} {0} {0}", gid));
  EXPECT_EQ(report["groups"], groups);
}

void become_ordinary_user() {
  constexpr uid_t nobody = 65534;
  if (::geteuid() != 0) {
    return;
  }
  must(::setgroups(0, nullptr) == 0, "setgroups");
  must(::setresgid(nobody, nobody, nobody) == 0, "setresgid");
  must(::setresuid(nobody, nobody, nobody) == 0, "setresuid");
  must(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
}

void take_two_groups() {
  const std::array<gid_t, 2> groups = {4, 24};
  must(::setgroups(groups.size(), groups.data()) == 0, "setgroups");
}

void set_variable(const char* name, const std::string& value) {
  must(::setenv(name, value.c_str(), 1) == 0, "setenv");  // NOLINT(concurrency-mt-unsafe)
}

void unset_variable(const char* name) {
  must(::unsetenv(name) == 0, "unsetenv");  // NOLINT(concurrency-mt-unsafe)
}

void lose_capability(int capability) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data = {};
  must(::syscall(SYS_capget, &header, data.data()) == 0, "capget");
  auto& word = data.at(static_cast<std::size_t>(capability) / 32);
  const std::uint32_t bit = 1U << (static_cast<unsigned>(capability) % 32);
  word.effective &= ~bit;
  word.permitted &= ~bit;
  must(::syscall(SYS_capset, &header, data.data()) == 0, "capset");
}

}  // namespace nsplay::test
