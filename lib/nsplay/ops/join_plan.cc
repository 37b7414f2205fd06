#include "nsplay/ops/join_plan.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/program.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/procfs/strings.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using Handles = std::vector<ns::NamespaceHandle>;
using ns::Kind;
using ns::KindSet;
using procfs::PinnedProcess;

constexpr std::size_t environment_limit = 4UL * 1024 * 1024;

Error nothing_to_join(const std::string& what) {
  return Error::of(0, "nothing to join:", what);
}

/// The chosen kinds, or all that this kernel has.
Result<std::vector<Kind>> kinds_to_look_at(KindSet wanted, const ns::OwnNamespaces& own) {
  std::vector<Kind> kinds;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const bool known = own.known().contains(info.kind);
    if (wanted.contains(info.kind) && !known) {
      return fail(Error::of(0, fmt::format("there are no {} namespaces", info.name), "")
                      .with_hint(missing_kind_hint({info.kind})));
    }
    if (known && (wanted.empty() || wanted.contains(info.kind))) {
      kinds.push_back(info.kind);
    }
  }
  return kinds;
}

/// The namespaces of the process that the caller is not in already.
Result<Handles> select(const PinnedProcess& process, KindSet wanted, const ns::OwnNamespaces& own) {
  Handles handles;
  for (const Kind kind : TRY(kinds_to_look_at(wanted, own))) {
    auto handle = ns::open_namespace(process, kind);
    if (!handle) {
      return fail(explain_process(process, std::move(handle).error()));
    }
    if (!own.contain(*handle)) {
      handles.push_back(*std::move(handle));
    }
  }
  if (handles.empty()) {
    const std::string which =
        wanted.empty() ? "every namespace" : "the " + wanted.to_string() + " namespace";
    return fail(
        nothing_to_join(fmt::format("you are in {} of process {} already", which, process.pid)));
  }
  return handles;
}

Result<Handles> select(const ns::NamespaceHandle& file,
                       KindSet wanted,
                       const ns::OwnNamespaces& own) {
  KindSet others = wanted;
  others.erase(file.kind());
  if (!others.empty()) {
    return fail(
        Error::usage(fmt::format("the file is {}: it has no {}", file.name(), others.to_string())));
  }
  if (own.contain(file)) {
    return fail(nothing_to_join(fmt::format("you are in {} already", file.name())));
  }
  Handles handles;
  handles.push_back(TRY(ns::NamespaceHandle::adopt(TRY(file.fd().duplicate()), file.kind())));
  return handles;
}

/// 0 where the target's map has it, else what the target itself is, else nothing.
std::optional<std::uint32_t> best_id(const procfs::IdMap& map, std::uint32_t targets) {
  return procfs::maps_inside(map, 0) ? std::optional<std::uint32_t>(0)
                                     : procfs::inside_of(map, targets);
}

void note_unmapped(const Identity& identity, std::vector<std::string>& notes) {
  if (!identity.uid || !identity.gid) {
    notes.emplace_back(
        "the user namespace maps neither 0 nor the target's id: the program runs as the overflow "
        "id, without capabilities");
  }
}

/// Joining a user namespace leaves the ids what they were outside, where they may mean nothing
/// inside.
Result<Identity> identity_in(const PinnedProcess& process, std::vector<std::string>& notes) {
  const auto users =
      TRY(procfs::parse_id_map(TRY(process.dir.read("uid_map", procfs::id_map_limit))));
  const auto groups =
      TRY(procfs::parse_id_map(TRY(process.dir.read("gid_map", procfs::id_map_limit))));
  const auto status = TRY(process.dir.status());
  const auto setgroups = process.dir.read("setgroups", procfs::id_map_limit);
  Identity identity;
  identity.uid = best_id(users, status.effective_uid);
  identity.gid = best_id(groups, status.effective_gid);
  // Without a gid map, or once "deny" was written, nobody inside may change groups
  // (user_namespaces(7)).
  const bool may_set = !groups.empty() && setgroups && !setgroups->starts_with("deny");
  identity.groups = may_set ? GroupsRule::drop : GroupsRule::keep;
  if (!may_set && sys::effective_uid() == 0 && !sys::groups().empty()) {
    notes.emplace_back(
        "the user namespace forbids setgroups: the program keeps your supplementary groups");
  }
  note_unmapped(identity, notes);
  return identity;
}

Identity identity_in_any_user_namespace() {
  return {GroupsRule::keep, 0, 0, UnmappedRule::keep};
}

Result<Place> place_of(const PinnedProcess& process) {
  Place place;
  place.root = TRY(process.dir.open_file("root", O_PATH | O_DIRECTORY));
  auto directory = process.dir.open_file("cwd", O_PATH | O_DIRECTORY);
  place.working_directory =
      directory ? *std::move(directory) : TRY(process.dir.open_file("root", O_PATH));
  return place;
}

Environment environment_for(const PinnedProcess& process, JoinPlan& plan) {
  Environment own = sys::own_environment();
  const auto text = process.dir.read("environ", environment_limit);
  if (!text) {
    plan.notes.push_back(
        fmt::format("the program gets your environment: {}", text.error().message()));
    return own;
  }
  return environment_of_target(procfs::parse_strings(*text), own);
}

sys::Program program_for(const JoinRequest& request, Environment environment) {
  if (!request.program.empty()) {
    return find_program(request.program, std::move(environment));
  }
  const Environment own = sys::own_environment();
  return find_shell(variable(own, "SHELL"), std::move(environment));
}

Result<> plan_for_process(const PinnedProcess& process, JoinPlan& plan, Environment& environment) {
  const KindSet kinds = kinds_of(plan.namespaces);
  if (kinds.contains(Kind::user)) {
    plan.identity = TRY(identity_in(process, plan.notes));
  }
  if (kinds.contains(Kind::mnt)) {
    plan.place = TRY(place_of(process));
    environment = environment_for(process, plan);
  }
  return {};
}

Result<> check_not_self(const target::Target& target) {
  if (target.expression != "self") {
    return {};
  }
  return fail(Error::usage("'self' is nsplay's own process",
                           "you are in all of its namespaces already; name another process"));
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
  JoinPlan plan;
  plan.target = TRY(target::resolve(request.target));
  TRY(check_not_self(plan.target));
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  Environment environment = sys::own_environment();
  if (const auto* process = std::get_if<PinnedProcess>(&plan.target.subject)) {
    plan.namespaces = TRY(select(*process, request.kinds, own));
    TRY(plan_for_process(*process, plan, environment));
  } else {
    const auto& file = std::get<ns::NamespaceHandle>(plan.target.subject);
    plan.namespaces = TRY(select(file, request.kinds, own));
    plan.identity = file.kind() == Kind::user ? identity_in_any_user_namespace() : Identity{};
  }
  plan.program = program_for(request, std::move(environment));
  return plan;
}

}  // namespace nsplay::ops
