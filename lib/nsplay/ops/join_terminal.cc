#include "nsplay/ops/join_terminal.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/procfs/id_map.h"

namespace nsplay::ops {
namespace {

constexpr int standard_input = 0;
constexpr int standard_error = 2;

Result<sys::Pty> open_pty_here() {
  auto pty = sys::open_pty();
  if (!pty) {
    return fail(std::move(pty).error().with_hint(
        "the program's terminal needs a /dev/ptmx; --no-pty gives it yours"));
  }
  return pty;
}

Result<sys::Pty> open_best_pty(JoinPlan& plan) {
  if (!kinds_of(plan.namespaces).contains(ns::Kind::mnt)) {
    return open_pty_here();
  }
  auto pty = plan.place && plan.place->root
                 ? sys::open_pty_in(plan.place->root)
                 : fail(Error::of(0, "no process shows the files there", ""));
  if (!pty) {
    plan.notes.push_back(
        fmt::format("the program's terminal is one of your /dev, and has no name there: {}",
                    pty.error().message()));
    return open_pty_here();
  }
  return pty;
}

/// The program's user as he is called here; empty: as whoever joins, or unknown.
std::optional<uid_t> owner_here(const JoinPlan& plan) {
  const auto* process = process_of(plan.sources, ns::Kind::user);
  if (!plan.identity.uid || process == nullptr ||
      !kinds_of(plan.namespaces).contains(ns::Kind::user)) {
    return plan.identity.uid;
  }
  const auto text = process->dir.read("uid_map", procfs::id_map_limit);
  const auto map = text ? procfs::parse_id_map(*text) : fail(text.error());
  return map ? procfs::outside_of(*map, *plan.identity.uid) : std::nullopt;
}

}  // namespace

bool wants_terminal(const JoinRequest& request) {
  if (request.fork == ForkRule::self || request.pty != PtyRule::when_on_terminal) {
    return request.pty == PtyRule::always;
  }
  bool all_are_terminals = true;
  for (int stream = standard_input; stream <= standard_error; ++stream) {
    all_are_terminals = all_are_terminals && sys::is_terminal(stream);
  }
  return all_are_terminals;
}

Result<std::optional<ProgramTerminal>> open_program_terminal(const JoinRequest& request,
                                                             JoinPlan& plan) {
  if (!wants_terminal(request)) {
    return std::nullopt;
  }
  ProgramTerminal terminal;
  terminal.pty = TRY(open_best_pty(plan));
  // Root can do it here alone, whoever owns the user namespace there alone.
  sys::give_to(terminal.pty.slave, owner_here(plan));
  sys::copy_window_size_to(terminal.pty.slave.get());
  // In the background they are those of the shell that edits its next line.
  const auto settings = sys::TerminalSettings::of(standard_input);
  if (settings && !sys::is_background_on(standard_input)) {
    terminal.original = *settings;
    settings->apply_to(terminal.pty.slave.get());
  }
  return terminal;
}

}  // namespace nsplay::ops
