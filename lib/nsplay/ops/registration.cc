#include "nsplay/ops/registration.h"

#include <algorithm>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/create.h"
#include "nsplay/procfs/strings.h"

namespace nsplay::ops {
namespace {

constexpr std::size_t command_line_limit = 4UL * 1024 * 1024;  // of all arguments, execve(2)

Result<std::string> command_of(const procfs::PinnedProcess& process) {
  return procfs::parse_command_line(TRY(process.dir.read("cmdline", command_line_limit)));
}

}  // namespace

Registration::Registration(Registration&& other) noexcept
    : plays_(std::move(other.plays_)),
      name_(std::move(other.name_)),
      entry_(std::exchange(other.entry_, std::nullopt)),
      narrator_(std::move(other.narrator_)) {}

Registration& Registration::operator=(Registration&& other) noexcept {
  if (this != &other) {
    withdraw();
    plays_ = std::move(other.plays_);
    name_ = std::move(other.name_);
    entry_ = std::exchange(other.entry_, std::nullopt);
    narrator_ = std::move(other.narrator_);
  }
  return *this;
}

Result<Registration> Registration::prepare(const std::string& name,
                                           const Narrator& narrator,
                                           std::vector<std::string>& notes) {
  TRY(target::check_play_name(name));
  Registration registration;
  registration.plays_ = TRY(target::PlayRegister::open_or_make());
  registration.name_ = name;
  registration.narrator_ = narrator;
  if (const auto unreadable = TRY(registration.plays_->check_free(name))) {
    notes.push_back(fmt::format("replaced a file that is no play's: {}", unreadable->message()));
  }
  return registration;
}

Result<> Registration::enter(const CreateReport& report, std::string command) {
  const procfs::PinnedProcess process = TRY(procfs::pin_process(report.pid));
  target::Play play = TRY(target::describe_play(process));
  play.name = name_;
  play.command = command.empty() ? TRY(command_of(process)) : std::move(command);
  play.command.resize(std::min(play.command.size(), target::longest_play_command));
  for (const CreatedNamespace& created : report.namespaces) {
    play.namespaces.push_back({created.ref, created.is_new});
  }
  const auto added = plays_->add(play);
  narrate_outcome(
      narrator_, added, [&] { return fmt::format("make({})", quote(plays_->place_of(name_))); });
  TRY(added);
  entry_ = std::move(play);
  return {};
}

void Registration::withdraw() noexcept {
  if (entry_) {
    // What cannot be removed is a play that is gone, which the next command removes.
    const auto removed = plays_->remove(*entry_);
    narrate_outcome(narrator_, removed, [&] {
      return fmt::format("unlink({})", quote(plays_->place_of(name_)));
    });
    entry_.reset();
  }
}

}  // namespace nsplay::ops
