#include "support/front_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "nsplay/sys/retry.h"

#include "support/inside_report.h"
#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

/// What a body came to, in words that go through a pipe.
std::string encode(const Result<int>& result, std::size_t children_left) {
  const Error error = result ? Error{} : result.error();
  std::ostringstream text;
  text << (result ? "value " : "error ") << (result ? *result : 0) << ' ' << children_left << ' '
       << error.errnum << ' ' << static_cast<int>(error.trouble) << " x"
       << to_hexadecimal(error.what) << " x" << to_hexadecimal(error.hint) << '\n';
  return text.str();
}

void decode(const std::string& text, FrontOutcome& outcome) {
  std::istringstream words(text);
  std::string kind;
  std::string what;
  std::string hint;
  int trouble = 0;
  Error error;
  int status = 0;
  if (!(words >> kind >> status >> outcome.children_left >> error.errnum >> trouble >> what >>
        hint)) {
    return;  // it was killed before it could say anything
  }
  if (kind == "value") {
    outcome.status = status;
    return;
  }
  error.trouble = static_cast<Trouble>(trouble);
  error.what = from_hexadecimal(std::string_view(what).substr(1));
  error.hint = from_hexadecimal(std::string_view(hint).substr(1));
  outcome.error = std::move(error);
}

[[noreturn]] void run_front(const FrontProcess::Body& body, PipeEnds& out, const PipeEnds& end) {
  must(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "PR_SET_PDEATHSIG");
  must(::dup2(out.write_end.get(), STDOUT_FILENO) == STDOUT_FILENO, "dup2");
  out.write_end.reset();
  Result<int> result = body();
  const std::size_t left = own_children().size();
  if (result && testing::Test::HasFailure()) {
    result = 1;
  }
  std::fflush(stdout);
  std::cout.flush();
  write_text(end.write_end.get(), encode(result, left));
  ::_exit(0);
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const FrontOutcome& outcome) {
  stream << "status " << outcome.status << ", children left " << outcome.children_left;
  if (outcome.error) {
    stream << "\nerror: " << outcome.error->message() << "\nhint: " << outcome.error->hint;
  }
  stream << "\noutput:\n";
  std::istringstream lines(outcome.output);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("env ")) {  // of a report, and of no interest to anybody
      stream << line << '\n';
    }
  }
  return stream;
}

testing::AssertionResult passed(const FrontOutcome& outcome) {
  const bool is_well = !outcome.error && outcome.status == 0 && outcome.children_left == 0;
  return (is_well ? testing::AssertionSuccess() : testing::AssertionFailure()) << outcome;
}

FrontProcess::FrontProcess(const Body& body) : output_(sys::UniqueFd()) {
  std::fflush(stdout);  // else the child writes it once more
  std::cout.flush();
  PipeEnds out = open_pipe();
  PipeEnds end = open_pipe();
  pid_ = ::fork();
  if (pid_ < 0) {
    throw std::system_error(errno, std::generic_category(), "fork");
  }
  if (pid_ == 0) {
    out.read_end.reset();
    end.read_end.reset();
    run_front(body, out, end);
  }
  output_ = PipeReader(std::move(out.read_end));
  result_ = std::move(end.read_end);
}

FrontProcess::~FrontProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    sys::retry([&] { return ::waitpid(pid_, nullptr, 0); });
  }
}

pid_t FrontProcess::child() const {
  std::vector<pid_t> children;
  EXPECT_TRUE(eventually([&] {
    children = children_of(pid_);
    return children.size() == 1;
  }));
  return children.empty() ? 0 : children.front();
}

void FrontProcess::send_signal(int signal) const {
  ::kill(pid_, signal);
}

sys::ProcessChange FrontProcess::next_change() const {
  using Kind = sys::ProcessChange::Kind;
  siginfo_t info = {};
  // A stop is taken, so that the next call does not see it again; an end is not.
  const auto wait_for = [&](int what) {
    return sys::retry([&] { return ::waitid(P_PID, static_cast<id_t>(pid_), &info, what); });
  };
  must(wait_for(WEXITED | WSTOPPED | WCONTINUED | WNOWAIT) == 0, "waitid");
  if (info.si_code == CLD_EXITED) {
    return {Kind::exited, info.si_status};
  }
  if (info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED) {
    return {Kind::killed, info.si_status};
  }
  const bool stopped = info.si_code == CLD_STOPPED;
  must(wait_for(stopped ? WSTOPPED : WCONTINUED) == 0, "waitid");
  return {stopped ? Kind::stopped : Kind::continued, info.si_status};
}

FrontOutcome FrontProcess::finish() {
  FrontOutcome outcome;
  output_.read_rest();
  outcome.output = output_.everything();
  outcome.status = wait_for_child(pid_);
  if (outcome.status == -1) {
    ADD_FAILURE() << "the front process did not end in time";
    return outcome;  // the destructor ends it
  }
  pid_ = 0;
  std::array<char, 16384> text = {};
  if (wait_readable(result_, std::chrono::milliseconds(0))) {
    const auto count = ::read(result_.get(), text.data(), text.size());
    decode({text.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))}, outcome);
  }
  return outcome;
}

FrontOutcome in_child(const FrontProcess::Body& body) {
  return FrontProcess(body).finish();
}

FrontOutcome in_child(const std::function<void()>& body) {
  return in_child(FrontProcess::Body([&]() -> Result<int> {
    body();
    return 0;
  }));
}

void say(const std::string& text) {
  write_text(STDOUT_FILENO, text + "\n");
}

}  // namespace nsplay::test
