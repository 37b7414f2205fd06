#include "nsplay/ops/network_keeper.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/captured.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {
namespace {

/// Bytes of what a helper says when it fails that are passed on.
constexpr std::size_t longest_message = 512;

/// A helper that was started, and what it says.
struct Running {
  sys::Child process;
  sys::UniqueFd ready;  ///< none: it says that among the errors
  sys::UniqueFd errors;
  std::string said;  ///< of its errors, so far
};

Result<Running> start(NetworkCandidate& candidate, const NetworkKeeping& keeping) {
  sys::Pipe ready = TRY(sys::make_pipe());
  sys::Pipe errors = TRY(sys::make_pipe());
  sys::ProgramStreams streams{
      keeping.net_namespace.fd().get(), ready.write_end.get(), errors.write_end.get()};
  if (candidate.ready == ReadyStream::in) {
    streams.in = ready.write_end.get();
    streams.out = keeping.null_device.get();
  } else if (candidate.ready == ReadyStream::err) {
    streams.out = keeping.user_namespace.fd().get();
    TRY(sys::let_everybody_open(errors.write_end));  // it opens /proc/self/fd/2 as the owner
    ready.read_end.reset();
  }
  sys::Child process = TRY(sys::start_beside(candidate.image, streams));
  return Running{std::move(process), std::move(ready.read_end), std::move(errors.read_end), {}};
}

void report(const NetworkKeeping& keeping,
            const NetworkAnswer& answer,
            std::string_view message = {}) {
  std::string text(sizeof answer, '\0');
  std::memcpy(text.data(), &answer, sizeof answer);
  text += message.substr(0, longest_message);
  sys::send_bytes(keeping.reports.write_end, text.data(), text.size());
}

/// Whoever is gone needs no network any more.
bool is_wanted(const NetworkKeeping& keeping) {
  return !sys::is_readable(keeping.child.get()) &&
         !sys::is_readable(keeping.lifeline.read_end.get());
}

/// Ends the program and what it has started, which may outlive it.
void end_all_of(sys::Child& process) {
  process.kill_group();
  process.end();
}

/// Its status once it has ended, which it soon has; one that has not is ended.
int status_of(sys::Child& process) {
  constexpr std::chrono::seconds patience(2);
  const bool has_ended = sys::wait_readable({process.pidfd().get()}, patience);
  process.kill_group();
  if (has_ended) {
    const auto change = process.next_change(sys::Blocking::yes);
    return change && *change ? (*change)->exit_status() : exit_own_failure;
  }
  process.end();
  return exit_own_failure;
}

/// The last line says why; what comes before may be a log's.
std::string last_line_of(std::string_view text) {
  const auto end = text.find_last_not_of("\r\n ");
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  const auto before = text.rfind('\n');
  return std::string(before == std::string_view::npos ? text : text.substr(before + 1));
}

/// What it has written by now. The end of the pipe may never come: whatever it has started, and
/// nobody knows of, holds the other end too.
std::string what_is_said(const sys::UniqueFd& errors) {
  std::string text;
  std::array<char, 4096> part = {};
  while (text.size() < sys::message_limit && sys::is_readable(errors.get())) {
    const std::size_t bytes = sys::read_some(errors.get(), part).bytes;
    if (bytes == 0) {
      break;
    }
    text.append(part.data(), bytes);
  }
  return text;
}

std::string message_of(const Running& running, int status) {
  std::string line = last_line_of(running.said + what_is_said(running.errors));
  return line.empty() ? fmt::format("it ended with status {}", status) : line;
}

/// Whether a whole line of it is a pid; the others are warnings.
bool has_pid_line(std::string_view text) {
  const auto end = text.rfind('\n');
  const auto lines = split(text.substr(0, end == std::string_view::npos ? 0 : end), '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return parse_number<pid_t>(line).has_value();
  });
}

/// Waits until it says so; false: it ends before that, or is no longer wanted.
bool gets_ready(Running& running, const NetworkKeeping& keeping) {
  const int file = running.ready ? running.ready.get() : running.errors.get();
  while (running.said.size() < sys::message_limit) {
    sys::wait_readable({file,
                        running.process.pidfd().get(),
                        keeping.child.get(),
                        keeping.lifeline.read_end.get()});
    if (!is_wanted(keeping) || !sys::is_readable(file)) {
      return false;
    }
    std::array<char, 512> answer = {};
    const std::size_t bytes = sys::read_some(file, answer).bytes;
    if (bytes == 0 || running.ready) {
      return bytes > 0;
    }
    running.said.append(answer.data(), bytes);
    if (has_pid_line(running.said)) {
      return true;
    }
  }
  return false;
}

/// Whether the next candidate is to be tried; otherwise the front process knows the outcome.
bool is_missing(Running& running, std::uint32_t index, const NetworkKeeping& keeping) {
  const pid_t program = running.process.pid();
  if (gets_ready(running, keeping)) {
    report(keeping, {NetworkOutcome::ready, index, program});
    return false;
  }
  const int status = is_wanted(keeping) ? status_of(running.process) : exit_own_failure;
  end_all_of(running.process);
  if (status == exit_not_found) {
    return true;
  }
  report(keeping,
         {NetworkOutcome::failed, index, program},
         fmt::format("{}: {}", keeping.candidates[index].name, message_of(running, status)));
  return false;
}

/// The first candidate that exists, running or not; empty: none does.
std::optional<Running> start_first(NetworkKeeping& keeping) {
  const auto count = static_cast<std::uint32_t>(keeping.candidates.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    auto running = start(keeping.candidates[i], keeping);
    if (!running) {
      const Error& error = running.error();
      report(keeping, {NetworkOutcome::failed, i, 0, error.errnum}, error.message());
      return std::nullopt;
    }
    if (!is_missing(*running, i, keeping)) {
      return *std::move(running);
    }
  }
  report(keeping, {NetworkOutcome::missing, count});
  return std::nullopt;
}

/// False: the front process is gone without having said that it may.
bool may_go_on(sys::UniqueFd& lifeline) {
  char byte = 0;
  const bool is_released = sys::receive_bytes(lifeline, &byte, sizeof byte);
  lifeline.reset();
  return is_released;
}

/// What it logs is read, so that it does not wait for a reader, and dropped.
void drain(sys::UniqueFd& errors) {
  std::array<char, 4096> dropped = {};
  if (sys::read_some(errors.get(), dropped).bytes == 0) {
    errors.reset();
  }
}

/// Until the child has ended, or the helper has.
void watch(Running& running, NetworkKeeping& keeping) {
  sys::UniqueFd& lifeline = keeping.lifeline.read_end;
  const int child = keeping.child.get();
  const int helper = running.process.pidfd().get();
  for (;;) {
    sys::wait_readable({child, helper, lifeline.get(), running.errors.get()});
    if (sys::is_readable(child) || sys::is_readable(helper)) {
      return;
    }
    if (lifeline && sys::is_readable(lifeline.get()) && !may_go_on(lifeline)) {
      return;
    }
    if (running.errors && sys::is_readable(running.errors.get())) {
      drain(running.errors);
    }
  }
}

}  // namespace

int keep_network(NetworkKeeping& keeping) {
  sys::block_all_signals();
  sys::start_session();
  static_cast<void>(sys::change_directory("/"));
  if (sys::use_as_standard_streams(keeping.null_device) != 0) {
    return exit_own_failure;
  }
  sys::close_from(3,
                  {keeping.child.get(),
                   keeping.net_namespace.fd().get(),
                   keeping.user_namespace.fd().get(),
                   keeping.null_device.get(),
                   keeping.lifeline.read_end.get(),
                   keeping.reports.write_end.get()});
  static_cast<void>(keeping.lifeline.write_end.release());
  static_cast<void>(keeping.reports.read_end.release());
  auto running = start_first(keeping);
  keeping.reports.write_end.reset();
  keeping.net_namespace = {};
  keeping.user_namespace = {};
  if (!running) {
    return exit_own_failure;
  }
  if (running->process.pid() != 0) {
    watch(*running, keeping);
    end_all_of(running->process);
  }
  return 0;
}

}  // namespace nsplay::ops
