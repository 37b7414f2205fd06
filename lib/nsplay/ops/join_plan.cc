#include "nsplay/ops/join_plan.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/capability_rules.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/join_identity.h"
#include "nsplay/ops/program.h"
#include "nsplay/procfs/strings.h"

namespace nsplay::ops {
namespace {

using Handles = std::vector<ns::NamespaceHandle>;
using ns::Kind;
using ns::KindSet;
using procfs::PinnedProcess;

/// Above what execve(2) takes, which is 6 MiB with the arguments.
constexpr std::size_t environment_limit = 8UL * 1024 * 1024;

constexpr int directory_flags = O_PATH | O_DIRECTORY;

/// `link` leads to the target's own in its /proc directory, `option` is what asks for that.
Result<sys::UniqueFd> open_directory(const std::string& path,
                                     const char* link,
                                     std::string_view option,
                                     const JoinSources& sources) {
  if (!path.empty()) {
    return sys::open_file(path, directory_flags);
  }
  const PinnedProcess* process = TRY(main_process_for(sources, option));
  return process->dir.open_file(link, directory_flags);
}

/// The target's own, as far as nothing else was asked for.
Result<> add_place_of(const PinnedProcess& process, const PlaceRequest& request, Place& place) {
  if (request.root) {
    return {};
  }
  place.root = TRY(process.dir.open_file("root", directory_flags));
  if (!request.working_directory && !request.directory_there) {
    auto directory = process.dir.open_file("cwd", directory_flags);
    place.working_directory = directory ? *std::move(directory) : sys::UniqueFd();
  }
  return {};
}

Result<std::optional<Place>> place_for(const PlaceRequest& request, const JoinPlan& plan) {
  const bool joins_mnt = kinds_of(plan.namespaces).contains(Kind::mnt);
  const PinnedProcess* process = process_of(plan.sources, Kind::mnt);
  const bool is_asked_for = request.root || request.working_directory || request.directory_there;
  if (!is_asked_for && (!joins_mnt || process == nullptr)) {
    return std::nullopt;
  }
  Place place;
  if (joins_mnt && process != nullptr) {
    TRY(add_place_of(*process, request, place));
  }
  if (request.root) {
    place.root =
        TRY(open_directory(*request.root, "root", "--root without directory", plan.sources));
  }
  if (request.working_directory) {
    place.working_directory = TRY(
        open_directory(*request.working_directory, "cwd", "--wd without directory", plan.sources));
  }
  place.directory_there = request.directory_there.value_or("");
  if (request.working_directory || request.directory_there) {
    place.outside = place.root || joins_mnt ? OutsideRule::refuse : OutsideRule::keep;
  }
  return place;
}

Result<Environment> targets_environment(const PinnedProcess& process, const Environment& own) {
  const std::string text = TRY(process.dir.read("environ", environment_limit));
  return environment_of_target(procfs::parse_environment(text), own);
}

/// The root directory that the program gets, where the names of users are looked up. None: that of
/// a mount namespace that no process shows.
Result<sys::UniqueFd> root_for_names(const JoinPlan& plan) {
  if (plan.place && plan.place->root) {
    return plan.place->root.duplicate();
  }
  const bool joins_mnt = kinds_of(plan.namespaces).contains(Kind::mnt);
  return joins_mnt ? Result<sys::UniqueFd>(sys::UniqueFd()) : sys::open_file("/", directory_flags);
}

EnvironmentSource source_of(const JoinRequest& request, const JoinPlan& plan) {
  const bool has_targets_files = kinds_of(plan.namespaces).contains(Kind::mnt) &&
                                 process_of(plan.sources, Kind::mnt) != nullptr;
  return request.environment.source.value_or(has_targets_files ? EnvironmentSource::target
                                                               : EnvironmentSource::keep);
}

Result<Environment> source_environment(const JoinRequest& request, JoinPlan& plan) {
  Environment own = sys::own_environment();
  switch (source_of(request, plan)) {
    case EnvironmentSource::clear:
      return cleared_environment(own);
    case EnvironmentSource::keep:
      return own;
    case EnvironmentSource::target:
      break;
  }
  const PinnedProcess* process = request.environment.source
                                     ? TRY(main_process_for(plan.sources, "--env=target"))
                                     : process_of(plan.sources, Kind::mnt);
  auto environment = targets_environment(*process, own);
  if (environment || request.environment.source) {
    return environment;
  }
  // What the caller's holds is none of the target's business.
  plan.notes.push_back(
      fmt::format("the program gets only PATH and TERM: {}", environment.error().message()));
  return cleared_environment(own);
}

Result<Environment> environment_for(const JoinRequest& request, JoinPlan& plan) {
  Environment environment = TRY(source_environment(request, plan));
  change_environment(environment, request.environment);
  return environment;
}

sys::Program program_for(const JoinRequest& request, Environment environment) {
  if (!request.program.empty()) {
    return find_program(request.program, std::move(environment));
  }
  const Environment own = sys::own_environment();
  return find_shell(variable(own, "SHELL"), std::move(environment));
}

Result<> add_context(const JoinRequest& request, JoinPlan& plan) {
  plan.context = TRY(exec_context_of(*TRY(main_process_for(plan.sources, "--follow-context"))));
  if (!plan.context && request.follow_context) {
    plan.notes.emplace_back(
        "no security module gives processes a context here: --follow-context changes nothing");
  }
  return {};
}

/// What the target's process is leaves nothing to choose.
Result<> check_likeness(const JoinRequest& request) {
  struct {
    bool is_given;
    std::string_view option;
  } const table[] = {{request.identity.user.has_value(), "--setuid"},
                     {request.identity.group.has_value(), "--setgid"},
                     {request.identity.preserve, "--preserve-credentials"},
                     {request.privileges.keep_capabilities, "--keep-caps"},
                     {request.privileges.dropped != 0, "--drop-caps"},
                     {request.privileges.no_new_privileges, "--no-new-privs"}};
  for (const auto& row : table) {
    if (request.as_target && row.is_given) {
      return fail(Error::usage(fmt::format("--as-target contradicts {}", row.option),
                               "leave one of them out"));
    }
  }
  return {};
}

/// With everything that --as-target stands for.
JoinRequest completed(JoinRequest request) {
  request.join_cgroup = request.join_cgroup || request.as_target;
  request.identity.exactly_follow = request.as_target;
  return request;
}

Result<> check_pty(const JoinRequest& request) {
  if (request.fork == ForkRule::self && request.pty == PtyRule::always) {
    return fail(Error::usage("--pty contradicts --no-fork",
                             "somebody has to stay between the two terminals"));
  }
  return {};
}

/// A new mount namespace hides nothing of the one that the program is in otherwise.
Result<> check_fresh_mounts(const JoinRequest& request, KindSet joined) {
  struct {
    bool is_wanted;
    std::string_view option;
    Kind kind;
  } const table[] = {{request.fresh_mounts.sys, "--fix-sys", Kind::net},
                     {request.fresh_mounts.proc, "--fix-proc", Kind::pid}};
  for (const auto& row : table) {
    if (row.is_wanted && (!joined.contains(row.kind) || joined.contains(Kind::mnt))) {
      return fail(Error::usage(
          fmt::format("{} is for joining {} without mnt", row.option, ns::name_of(row.kind)),
          joined.contains(Kind::mnt) ? "with mnt the program has the target's own"
                                     : "leave it out, or join that too"));
    }
    if (row.is_wanted && request.place.root) {
      return fail(Error::usage(fmt::format("{} contradicts --root", row.option),
                               "the new root directory keeps what is mounted in it"));
    }
  }
  if (request.fresh_mounts.proc && request.fork == ForkRule::self) {
    return fail(Error::usage("--fix-proc contradicts --no-fork",
                             "without fork the program is not in the pid namespace"));
  }
  return {};
}

/// What surprises whoever looks at /proc, by ps(1) for one.
void tell_of_proc(const JoinRequest& request, KindSet joined, std::vector<std::string>& notes) {
  const bool is_in_pid_namespace = joined.contains(Kind::pid) && request.fork == ForkRule::child;
  const bool has_other_proc =
      joined.contains(Kind::mnt) || request.fresh_mounts.proc || request.place.root;
  if (is_in_pid_namespace && !has_other_proc) {
    notes.emplace_back(
        "/proc stays yours and shows the processes of your pid namespace; --fix-proc gives the "
        "program one of its own");
  }
}

Result<> check(const JoinRequest& request) {
  TRY(check_environment(request.environment));
  TRY(check_likeness(request));
  TRY(check_identity(request.identity));
  if (request.net_socket && request.sources.contains(Kind::net)) {
    return fail(Error::usage("--net-socket and --net=TARGET are two network namespaces",
                             "give one of them"));
  }
  TRY(check_pty(request));
  if (request.place.working_directory && request.place.directory_there) {
    return fail(Error::usage("--wd and --wdns are two working directories", "give one of them"));
  }
  if (request.place.directory_there && request.place.directory_there->empty()) {
    return fail(Error::usage("--wdns has an empty value"));
  }
  return {};
}

/// Wherever what is executed may be the doing of somebody who has no nsplay to write to.
bool needs_launcher(const JoinPlan& plan) {
  const bool has_other_root = plan.place && plan.place->root;
  const bool is_theirs = has_other_root || kinds_of(plan.namespaces).contains(Kind::mnt);
  return is_theirs && !(has_other_root && sys::own_program_is_in(plan.place->root));
}

/// Everything that follows from the sources.
Result<> complete(const JoinRequest& request, JoinPlan& plan) {
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  plan.namespaces = TRY(select_namespaces(request, plan.sources, own));
  TRY(check_fresh_mounts(request, kinds_of(plan.namespaces)));
  plan.fresh_mounts = request.fresh_mounts;
  tell_of_proc(request, kinds_of(plan.namespaces), plan.notes);
  if (request.join_cgroup) {
    const std::string_view wish = request.as_target ? "--as-target" : "--join-cgroup";
    plan.cgroups = TRY(open_cgroups_of(*TRY(main_process_for(plan.sources, wish))));
  }
  if (request.follow_context || request.as_target) {
    TRY(add_context(request, plan));
  }
  if (request.as_target) {
    plan.likeness =
        TRY(likeness_of(*TRY(main_process_for(plan.sources, "--as-target")), plan.notes));
  }
  plan.place = TRY(place_for(request.place, plan));
  plan.needs_launcher = needs_launcher(plan);
  sys::UniqueFd root;
  if (request.identity.user || request.identity.group) {
    root = TRY(root_for_names(plan));
  }
  plan.identity =
      TRY(identity_for(request.identity, plan.sources, plan.namespaces, root, plan.notes));
  if (plan.likeness) {
    fit_capabilities(*plan.likeness, *plan.identity.user_ids, plan.notes);
  }
  plan.program = program_for(request, TRY(environment_for(request, plan)));
  return {};
}

/// What a target that ends meanwhile does not show any more is no riddle.
Error explain_end(const JoinPlan& plan, Error error) {
  const PinnedProcess* process = main_process(plan.sources);
  const bool may_have_ended = error.errnum == ENOENT || error.errnum == ESRCH;
  return may_have_ended && process != nullptr ? explain_process(*process, std::move(error)) : error;
}

Result<JoinPlan> plan_completed(const JoinRequest& request) {
  JoinPlan plan;
  plan.privileges = request.privileges;
  plan.preserved_files = request.preserved_files;
  plan.sources = TRY(resolve_sources(request));
  auto outcome = complete(request, plan);
  return outcome ? Result<JoinPlan>(std::move(plan))
                 : fail(explain_end(plan, std::move(outcome).error()));
}

}  // namespace

KindSet kinds_of(const Handles& namespaces) {
  KindSet kinds;
  for (const ns::NamespaceHandle& handle : namespaces) {
    kinds.insert(handle.kind());
  }
  return kinds;
}

Result<JoinPlan> plan_join(const JoinRequest& request) {
  TRY(check(request));
  return plan_completed(completed(request));
}

std::string doing(const JoinRequest& request) {
  return request.target.empty()
             ? "cannot join"
             : fmt::format("cannot join {}", escape_for_terminal(request.target));
}

std::optional<Crossing> atomic_crossing(const JoinPlan& plan) {
  const PinnedProcess* process =
      all_from_target(plan.sources) ? main_process(plan.sources) : nullptr;
  if (process == nullptr || !process->pidfd || plan.namespaces.empty()) {
    return std::nullopt;
  }
  return cross_at_once(process->pidfd->fd(), kinds_of(plan.namespaces));
}

Result<Crossing> crossing_in_order(const JoinPlan& plan) {
  const auto rules = TRY(ns::CapabilityRules::of_caller());
  return cross_in_order(plan.namespaces, rules);
}

Result<Crossing> crossing_of(const JoinPlan& plan) {
  auto crossing = atomic_crossing(plan);
  return crossing ? Result<Crossing>(*std::move(crossing)) : crossing_in_order(plan);
}

}  // namespace nsplay::ops
