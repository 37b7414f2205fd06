#include "nsplay/ops/network_helper.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/network_keeper.h"
#include "nsplay/ops/program.h"
#include "nsplay/sys/captured.h"

namespace nsplay::ops {
namespace {

/// Where the child's namespaces are, as its own ones are told; whose they are.
NetworkPlace network_place_of(const procfs::PinnedProcess& process,
                              const NetworkHelper::Client& client) {
  NetworkPlace place{process.dir.path_of("ns/net"), std::nullopt, std::nullopt};
  if (client.kinds.contains(ns::Kind::user)) {
    place.user = process.dir.path_of("ns/user");
    place.owner = client.owner;
  }
  return place;
}

Result<NetworkKeeping> prepare(const NetworkHelper::Client& client) {
  const procfs::PinnedProcess process = TRY(procfs::pin_child(client.child));
  NetworkKeeping keeping;
  if (!process.pidfd) {
    return fail(Error::of(ENOSYS, "pidfd_open", "").with_hint("--net-user needs Linux 5.3"));
  }
  keeping.child = TRY(process.pidfd->fd().duplicate());
  keeping.net_namespace = TRY(ns::open_namespace(process, ns::Kind::net));
  keeping.null_device = TRY(sys::open_file("/dev/null", O_RDWR));
  keeping.lifeline = TRY(sys::make_pipe());
  keeping.reports = TRY(sys::make_pipe());
  const NetworkPlace place = network_place_of(process, client);
  if (place.owner) {
    keeping.user_namespace = TRY(ns::open_namespace(process, ns::Kind::user));
  }
  for (const NetworkProgram& program : network_programs()) {
    const NetworkCall call = program.call(place);
    keeping.candidates.push_back(
        {program.name,
         call.ready,
         call.words,
         sys::ExecImage(find_program(call.words, sys::own_environment()))});
  }
  return keeping;
}

Error is_not_installed() {
  return Error::of(0, "--net-user: neither pasta nor slirp4netns is installed", "")
      .with_hint("install the package passt, or the package slirp4netns");
}

/// Each candidate that was started, or was not there to be.
void narrate_starts(const Narrator& narrator,
                    const std::vector<NetworkCandidate>& candidates,
                    const NetworkAnswer& answer) {
  if (!narrator) {
    return;
  }
  const auto told = [&](std::size_t index, pid_t program, int errnum) {
    narrate_call(
        narrator, fmt::format("start({})", quoted_words(candidates[index].words)), program, errnum);
  };
  for (std::size_t i = 0; i < answer.missing; ++i) {
    told(i, 0, ENOENT);
  }
  if (answer.outcome != NetworkOutcome::missing) {
    told(answer.missing, answer.program, answer.errnum);
  }
}

Result<> outcome_of(const NetworkAnswer& answer, std::string_view text) {
  switch (answer.outcome) {
    case NetworkOutcome::ready:
      return {};
    case NetworkOutcome::missing:
      return fail(is_not_installed());
    case NetworkOutcome::failed:
      break;
  }
  return fail(Error::of(0, "--net-user", escape_for_terminal(text)).with_hint(network_hint(text)));
}

Result<> await_answer_of(const NetworkKeeping& keeping,
                         const sys::SignalInbox& inbox,
                         const Narrator& narrator) {
  TRY(await_readable(keeping.reports.read_end, inbox));
  const std::string text =
      TRY(sys::read_all(keeping.reports.read_end, sys::message_limit, "a pipe"));
  NetworkAnswer answer;
  if (text.size() < sizeof answer) {
    return fail(Error::of(0, "--net-user: the process that starts it has ended", ""));
  }
  std::memcpy(&answer, text.data(), sizeof answer);
  narrate_starts(narrator, keeping.candidates, answer);
  return outcome_of(answer, std::string_view(text).substr(sizeof answer));
}

}  // namespace

NetworkHelper& NetworkHelper::operator=(NetworkHelper&& other) noexcept {
  if (this != &other) {
    end();
    lifeline_ = std::move(other.lifeline_);
    keeper_ = std::move(other.keeper_);
    narrator_ = std::move(other.narrator_);
  }
  return *this;
}

Result<NetworkHelper> NetworkHelper::attach(const Client& client,
                                            const sys::SignalInbox& inbox,
                                            const Narrator& narrator) {
  NetworkKeeping keeping = TRY(prepare(client));
  auto started = sys::start_child(0, [&] { return keep_network(keeping); });
  narrate_clone(narrator, 0, started);
  sys::Child keeper = TRY(std::move(started));
  keeping.reports.write_end.reset();
  keeping.lifeline.read_end.reset();
  NetworkHelper helper(std::move(keeping.lifeline.write_end), std::move(keeper), narrator);
  TRY(await_answer_of(keeping, inbox, narrator));
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
  const pid_t keeper = keeper_.pid();
  if (keeper > 0) {
    const auto ended = keeper_.wait();
    if (ended) {
      narrate_end(narrator_, keeper, ended->exit_status());
    }
  }
}

}  // namespace nsplay::ops
