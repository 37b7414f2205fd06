#include "nsplay/ops/plays.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/created_cgroup.h"
#include "nsplay/sys/events.h"
#include "nsplay/target/names.h"
#include "nsplay/target/play_register.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::ops {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using target::FoundPlay;
using target::PlayRegister;
using target::Presence;

/// A killed process may have to wait for a disk before it ends.
constexpr std::chrono::seconds time_to_die{10};

/// A play on its way out.
struct Stopping {
  StoppedPlay result;
  std::optional<FoundPlay> found;  ///< with its process; empty: there is nothing to wait for
};

Stopping nothing_to_stop(std::string name, Error error) {
  return {{std::move(name), false, std::move(error)}, std::nullopt};
}

Error has_ended(const std::string& name) {
  return Error::of(ESRCH, fmt::format("the play {} has ended already", quote(name)), "")
      .with_hint("what it left in the register is removed");
}

/// What is gone leaves the register here.
Result<Stopping> stopping_from(const PlayRegister& plays, FoundPlay found) {
  const std::string name = found.play.name;
  if (found.presence == Presence::elsewhere) {
    return nothing_to_stop(name, target::made_elsewhere(found));
  }
  if (found.presence == Presence::gone) {
    TRY(plays.remove(found.play));
    return nothing_to_stop(name, has_ended(name));
  }
  if (!found.process->pidfd) {
    return nothing_to_stop(name, Error::of(ENOSYS, "pidfd_open", "").with_hint("needs Linux 5.3"));
  }
  return Stopping{{name, false, std::nullopt}, std::move(found)};
}

/// A file that is no play's is removed by its name, so that the name can be used again.
Result<Stopping> stopping_named(const PlayRegister& plays, const std::string& name) {
  auto found = plays.find(name);
  if (!found && found.error().errnum == 0) {
    TRY(plays.remove_unreadable(name));
    return nothing_to_stop(name, std::move(found).error().with_hint("the file is removed"));
  }
  if (!found) {
    return nothing_to_stop(name, std::move(found).error());
  }
  if (!*found) {
    return nothing_to_stop(name, target::no_such_play(name));
  }
  return stopping_from(plays, **std::move(found));
}

Result<std::vector<Stopping>> find_all(const PlayRegister& plays) {
  target::RegisterContent content = TRY(plays.read());
  std::vector<Stopping> found;
  for (FoundPlay& play : content.plays) {
    if (play.presence == Presence::gone) {
      TRY(plays.remove(play.play));
    } else {
      found.push_back(TRY(stopping_from(plays, std::move(play))));
    }
  }
  return found;
}

Result<std::vector<Stopping>> find_named(const PlayRegister& plays,
                                         const std::vector<std::string>& names) {
  std::vector<Stopping> found;
  found.reserve(names.size());
  for (const std::string& name : names) {
    found.push_back(TRY(stopping_named(plays, name)));
  }
  return found;
}

/// Sends the signal to what has not ended yet. One that is refused is not waited for.
void send_signal(Stopping& stopping, int signal) {
  if (!stopping.found) {
    return;
  }
  auto sent = stopping.found->process->pidfd->send_signal(signal);
  if (!sent && sent.error().errnum != ESRCH) {
    stopping.result.error =
        std::move(sent).error().during(fmt::format("cannot stop {}", quote(stopping.result.name)));
    stopping.found.reset();
  }
}

bool ends_before(const Stopping& stopping, steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  return sys::wait_readable({stopping.found->process->pidfd->fd().get()},
                            std::max(left, milliseconds(0)));
}

void kill_what_is_left(std::vector<Stopping>& all, steady_clock::time_point deadline) {
  for (Stopping& stopping : all) {
    if (stopping.found && !ends_before(stopping, deadline)) {
      stopping.result.was_killed = true;
      send_signal(stopping, SIGKILL);
    }
  }
}

Result<> see_off(const PlayRegister& plays, Stopping& stopping, steady_clock::time_point deadline) {
  if (!stopping.found) {
    return {};
  }
  if (ends_before(stopping, deadline)) {
    return plays.remove(stopping.found->play);
  }
  stopping.result.error =
      Error::of(EBUSY,
                fmt::format("cannot stop {}: SIGKILL did not end it", quote(stopping.result.name)),
                "");
  return {};
}

/// All get their signals first, then all are waited for.
Result<> stop(const PlayRegister& plays, std::vector<Stopping>& all, const StopRequest& request) {
  for (Stopping& stopping : all) {
    send_signal(stopping, SIGTERM);
    send_signal(stopping, SIGCONT);  // a stopped process takes no other signal in
  }
  kill_what_is_left(all, steady_clock::now() + request.timeout);
  const auto deadline = steady_clock::now() + time_to_die;
  for (Stopping& stopping : all) {
    TRY(see_off(plays, stopping, deadline));
  }
  return {};
}

Result<std::vector<std::string>> names_from(const StopRequest& request) {
  constexpr std::string_view prefix = "play:";
  std::vector<std::string> names;
  names.reserve(request.names.size());
  for (const std::string& text : request.names) {
    names.push_back(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
    TRY(target::check_play_name(names.back()));
  }
  return names;
}

/// An empty list is true where there is no place for a register, but may not be what was meant.
PlaysReport no_plays() {
  PlaysReport report;
  if (const auto place = target::check_runtime_place(); !place) {
    report.notes.push_back(fmt::format("{}; {}", place.error().message(), place.error().hint));
  }
  return report;
}

std::vector<StoppedPlay> no_such_plays(const std::vector<std::string>& names) {
  std::vector<StoppedPlay> results;
  std::transform(names.begin(), names.end(), std::back_inserter(results), [](const auto& name) {
    return StoppedPlay{name, false, target::no_such_play(name)};
  });
  return results;
}

}  // namespace

Result<PlaysReport> list_plays() {
  const auto plays = TRY(PlayRegister::open());
  if (!plays) {
    return no_plays();
  }
  PlaysReport report;
  target::RegisterContent content = TRY(plays->read());
  for (FoundPlay& found : content.plays) {
    if (found.presence == Presence::alive) {
      report.plays.push_back(std::move(found.play));
    } else if (found.presence == Presence::elsewhere) {
      report.notes.push_back(target::made_elsewhere(found).message());
    } else {
      TRY(plays->remove(found.play));
    }
  }
  for (const Error& error : content.unreadable) {
    report.notes.push_back(error.message());
  }
  return report;
}

Result<std::vector<StoppedPlay>> stop_plays(const StopRequest& request) {
  const auto names = TRY(names_from(request));
  const auto plays = TRY(PlayRegister::open());
  if (!plays) {
    return no_such_plays(names);
  }
  auto all =
      request.scope == StopScope::all ? TRY(find_all(*plays)) : TRY(find_named(*plays, names));
  TRY(stop(*plays, all, request));
  remove_abandoned_cgroups(Patience::short_while);
  std::vector<StoppedPlay> results;
  std::transform(all.begin(), all.end(), std::back_inserter(results), [](Stopping& stopping) {
    return std::move(stopping.result);
  });
  return results;
}

}  // namespace nsplay::ops
