#include "nsplay/ops/network_helper.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/network_programs.h"
#include "nsplay/ops/program.h"
#include "nsplay/sys/captured.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {
namespace {

/// Bytes of what a helper says when it fails that are passed on.
constexpr std::size_t longest_message = 512;

struct Candidate {
  std::string_view name;
  ReadyStream ready = ReadyStream::out;
  sys::ExecImage image;
};

enum class Outcome : char { ready = 'r', missing = 'm', failed = 'f' };

/// What the keeper has of its front process.
struct Keeping {
  std::vector<Candidate> candidates;
  sys::UniqueFd child;                 ///< its pidfd
  ns::NamespaceHandle net_namespace;   ///< the child's
  ns::NamespaceHandle user_namespace;  ///< the child's, if somebody else owns it
  sys::UniqueFd null_device;
  sys::Pipe lifeline;  ///< a byte: the front process may end
  sys::Pipe reports;   ///< an Outcome, and a message
};

/// A helper that was started, and what it says.
struct Running {
  sys::Child process;
  sys::UniqueFd ready;  ///< none: it says that among the errors
  sys::UniqueFd errors;
  std::string said;  ///< of its errors, so far
};

Result<Running> start(Candidate& candidate, const Keeping& keeping) {
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

void report(const Keeping& keeping, Outcome outcome, std::string_view message = {}) {
  std::string text(1, static_cast<char>(outcome));
  text += message.substr(0, longest_message);
  sys::send_bytes(keeping.reports.write_end, text.data(), text.size());
}

/// Whoever is gone needs no network any more.
bool is_wanted(const Keeping& keeping) {
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
bool gets_ready(Running& running, const Keeping& keeping) {
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
bool is_missing(Running& running, const Candidate& candidate, const Keeping& keeping) {
  if (gets_ready(running, keeping)) {
    report(keeping, Outcome::ready);
    return false;
  }
  const int status = is_wanted(keeping) ? status_of(running.process) : exit_own_failure;
  end_all_of(running.process);
  if (status == exit_not_found) {
    return true;
  }
  report(
      keeping, Outcome::failed, fmt::format("{}: {}", candidate.name, message_of(running, status)));
  return false;
}

/// The first candidate that exists, running or not; empty: none does.
std::optional<Running> start_first(Keeping& keeping) {
  for (Candidate& candidate : keeping.candidates) {
    auto running = start(candidate, keeping);
    if (!running) {
      report(keeping, Outcome::failed, running.error().message());
      return std::nullopt;
    }
    if (!is_missing(*running, candidate, keeping)) {
      return *std::move(running);
    }
  }
  report(keeping, Outcome::missing);
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
void watch(Running& running, Keeping& keeping) {
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

/// The keeper: away from the terminal and from its signals, with nothing of its front process.
int keep(Keeping& keeping) {
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

/// Where the child's namespaces are, as its own ones are told; whose they are.
NetworkPlace network_place_of(const procfs::PinnedProcess& process,
                              ns::KindSet kinds,
                              const std::optional<sys::UserAndGroup>& owner) {
  NetworkPlace place{process.dir.path_of("ns/net"), std::nullopt, std::nullopt};
  if (kinds.contains(ns::Kind::user)) {
    place.user = process.dir.path_of("ns/user");
    place.owner = owner;
  }
  return place;
}

Result<Keeping> prepare(pid_t child,
                        ns::KindSet kinds,
                        const std::optional<sys::UserAndGroup>& owner) {
  const procfs::PinnedProcess process = TRY(procfs::pin_child(child));
  Keeping keeping;
  if (!process.pidfd) {
    return fail(Error::of(ENOSYS, "pidfd_open", "").with_hint("--net-user needs Linux 5.3"));
  }
  keeping.child = TRY(process.pidfd->fd().duplicate());
  keeping.net_namespace = TRY(ns::open_namespace(process, ns::Kind::net));
  keeping.null_device = TRY(sys::open_file("/dev/null", O_RDWR));
  keeping.lifeline = TRY(sys::make_pipe());
  keeping.reports = TRY(sys::make_pipe());
  const NetworkPlace place = network_place_of(process, kinds, owner);
  if (place.owner) {
    keeping.user_namespace = TRY(ns::open_namespace(process, ns::Kind::user));
  }
  for (const NetworkProgram& program : network_programs()) {
    const NetworkCall call = program.call(place);
    keeping.candidates.push_back(
        {program.name,
         call.ready,
         sys::ExecImage(find_program(call.words, sys::own_environment()))});
  }
  return keeping;
}

Error is_not_installed() {
  return Error::of(0, "--net-user: neither pasta nor slirp4netns is installed", "")
      .with_hint("install the package passt, or the package slirp4netns");
}

Result<> outcome_from(std::string_view text) {
  if (text.empty()) {
    return fail(Error::of(0, "--net-user: the process that starts it has ended", ""));
  }
  switch (static_cast<Outcome>(text.front())) {
    case Outcome::ready:
      return {};
    case Outcome::missing:
      return fail(is_not_installed());
    case Outcome::failed:
      break;
  }
  text.remove_prefix(1);
  return fail(Error::of(0, "--net-user", escape_for_terminal(text)).with_hint(network_hint(text)));
}

}  // namespace

NetworkHelper& NetworkHelper::operator=(NetworkHelper&& other) noexcept {
  if (this != &other) {
    end();
    lifeline_ = std::move(other.lifeline_);
    keeper_ = std::move(other.keeper_);
  }
  return *this;
}

Result<NetworkHelper> NetworkHelper::attach(pid_t child,
                                            ns::KindSet kinds,
                                            const std::optional<sys::UserAndGroup>& owner,
                                            const sys::SignalInbox& inbox) {
  Keeping keeping = TRY(prepare(child, kinds, owner));
  sys::Child keeper = TRY(sys::start_child(0, [&] { return keep(keeping); }));
  keeping.reports.write_end.reset();
  keeping.lifeline.read_end.reset();
  NetworkHelper helper(std::move(keeping.lifeline.write_end), std::move(keeper));
  TRY(await_readable(keeping.reports.read_end, inbox));
  TRY(outcome_from(TRY(sys::read_all(keeping.reports.read_end, sys::message_limit, "a pipe"))));
  return helper;
}

void NetworkHelper::release() noexcept {
  const char byte = 1;
  if (lifeline_) {
    sys::send_bytes(lifeline_, &byte, sizeof byte);
  }
  lifeline_.reset();
  keeper_.release();
}

void NetworkHelper::end() noexcept {
  lifeline_.reset();
  // It ends the program, and itself.
  if (keeper_.pid() > 0) {
    static_cast<void>(keeper_.wait());
  }
}

}  // namespace nsplay::ops
