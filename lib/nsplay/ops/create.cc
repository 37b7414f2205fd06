#include "nsplay/ops/create.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/child_ends.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create_child.h"
#include "nsplay/ops/create_errors.h"
#include "nsplay/ops/create_like.h"
#include "nsplay/ops/create_narration.h"
#include "nsplay/ops/create_plan.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/id_maps.h"
#include "nsplay/ops/namespace_owner.h"
#include "nsplay/ops/program.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::KindSet;

Result<> check_uts_name(std::string_view option, const std::optional<std::string>& name) {
  if (!name) {
    return {};
  }
  if (name->empty()) {
    return fail(Error::usage(fmt::format("{} is empty", option)));
  }
  if (name->size() > sys::longest_uts_name) {
    return fail(
        Error::usage(fmt::format("{} is {} bytes long: {}", option, name->size(), quote(*name)),
                     fmt::format("the kernel keeps at most {} bytes", sys::longest_uts_name)));
  }
  return {};
}

Result<> check(const CreateRequest& request, KindSet kinds) {
  TRY(check_uts_name("--hostname", request.hostname));
  TRY(check_uts_name("--domainname", request.domainname));
  TRY(check_mounts(request.mounts));
  if (kinds.empty()) {
    return fail(Error::usage("no namespace to create",
                             "name at least one, as in --uts, --hostname NAME or --all"));
  }
  TRY(check_network(request.network, kinds));
  if (request.lifetime && !request.program.empty()) {
    return fail(Error::usage("--for is for a child without PROGRAM",
                             "use timeout(1) to limit a program's time"));
  }
  if (request.cgroup) {
    TRY(check_cgroup_path(*request.cgroup));
  }
  return check_program_options(request);
}

/// What the caller asked for, and the user namespace that makes it possible for an ordinary user.
KindSet kinds_to_create(const CreateRequest& request, std::vector<std::string>& notes) {
  KindSet kinds = request.kinds;
  for (const auto& [kind, file] : request.files) {
    kinds.insert(kind);
  }
  if (request.hostname || request.domainname) {
    kinds.insert(Kind::uts);
  }
  if (wants_user_namespace(request.ids)) {
    kinds.insert(Kind::user);
  }
  if (!is_empty(request.time_offsets)) {
    kinds.insert(Kind::time);
  }
  if (request.network.user_network == UserNetwork::attached) {
    kinds.insert(Kind::net);
  }
  kinds = kinds.with(kinds_for(request.mounts));
  if (!kinds.empty() && !kinds.contains(Kind::user) &&
      !sys::has_capability(sys::Capability::sys_admin)) {
    kinds.insert(Kind::user);
    notes.emplace_back("you lack CAP_SYS_ADMIN: added a user namespace, in which you are root");
  }
  return kinds;
}

/// The new time namespace is made by the child itself, so that its offsets can still be set; a new
/// cgroup namespace as well if its root is to be the child's cgroup: clone(2) makes it the
/// caller's.
std::uint64_t flags_of_clone(const ChildPlan& plan) {
  KindSet kinds = plan.kinds;
  kinds.erase(Kind::time);
  if (plan.cgroup) {
    kinds.erase(Kind::cgroup);
  }
  return kinds.clone_flags();
}

std::string doing(KindSet kinds) {
  return fmt::format("cannot create {}", kinds.to_string());
}

Result<sys::Child> clone_child(ChildPlan& plan) {
  const std::uint64_t flags = flags_of_clone(plan);
  if (plan.birth == Birth::in_same_memory) {
    return sys::start_child_in_same_memory(plan.body, flags);
  }
  const auto body = [&] { return run_child(plan); };
  // An owner may not put processes into a cgroup of ours.
  if (plan.cgroup && !plan.request->ids.owner) {
    auto child = sys::start_child_in_cgroup(flags, plan.cgroup.place().directory, body);
    narrate_clone(plan.request->narrator, flags, child, &plan.cgroup.place());
    if (child || child.error().errnum != ENOSYS) {
      return child;
    }
  }
  plan.has_to_be_moved = static_cast<bool>(plan.cgroup);
  const std::optional<sys::AssumedIds> owner = TRY(become_owner(plan.request->ids));
  narrate_owner(*plan.request);
  auto child = sys::start_child(flags, body);
  narrate_clone(plan.request->narrator, flags, child);
  return child;
}

/// The answers of clone3(2) that only a cgroup explains.
bool is_of_cgroup(int errnum) {
  return errnum == EACCES || errnum == EBUSY || errnum == EOPNOTSUPP || errnum == ENODEV;
}

Result<sys::Child> start(ChildPlan& plan, ChildEnds& ends) {
  if (plan.request->narrator) {
    plan.teller = teller_through(plan.reports.write_end);
  }
  auto child = clone_child(plan);
  if (!child && plan.cgroup && is_of_cgroup(child.error().errnum)) {
    return fail(cgroup_error(child.error().errnum, plan.cgroup.place(), "clone into"));
  }
  if (!child) {
    Error error = std::move(child).error();
    std::string hint = creation_hint(error.errnum, plan.kinds);
    return fail(std::move(error).with_hint(std::move(hint)));
  }
  ends.close();
  return child;
}

void give_go(const ChildPlan& plan) {
  const char byte = 1;
  sys::send_bytes(plan.go.write_end, &byte, sizeof byte);
}

Result<> map_ids(const ChildPlan& plan, pid_t child) {
  const procfs::PinnedProcess process = TRY(procfs::pin_child(child));
  auto written = write_id_mapping(process, plan.id_mapping, plan.inbox, plan.request->narrator);
  if (!written) {
    std::string hint = mapping_hint(written.error().errnum);
    return fail(std::move(written).error().with_hint(std::move(hint)));
  }
  return {};
}

/// Does what the child waits for.
Result<NetworkHelper> let_it_go(ChildPlan& plan, const sys::Child& process) {
  const pid_t child = process.pid();
  NetworkHelper network;
  if (needs_guard_until_told(plan)) {
    plan.guard = TRY(UntoldProgramGuard::over(process));
  }
  if (plan.has_to_be_moved) {
    TRY(plan.cgroup.take(child));
  }
  plan.cgroup.settle();
  if (plan.kinds.contains(Kind::user)) {
    TRY(map_ids(plan, child));
  }
  if (plan.request->network.user_network == UserNetwork::attached) {
    const NetworkHelper::Client client{child, plan.kinds, other_owner_of(plan.request->ids)};
    network = TRY(NetworkHelper::attach(client, plan.inbox, plan.request->narrator));
  }
  if (waits_for_go(plan)) {
    give_go(plan);
  }
  return network;
}

/// Narrates what the child does until it is ready, or fails.
Result<std::optional<ChildReport>> await_outcome(ChildPlan& plan) {
  if (!plan.request->narrator) {
    return await_report(plan.reports.read_end, plan.inbox);
  }
  ChildReport last;
  return await_narrated(plan.reports.read_end, plan.inbox, [&](const ChildReport& report) {
    if (report.progress == Progress::next) {
      return;  // announce() tells of the execve(2), when it is known that nothing else comes
    }
    narrate_step(plan.request->narrator, report, last, [&] {
      return narrated_words(report, plan).value_or(StepWords{subject_of_step(report, plan)});
    });
    last = report;
  });
}

/// Waits until the child is ready. What executes a program closes the pipe without a word.
Result<ChildReport> await_ready(ChildPlan& plan, sys::Child& child) {
  const auto report = TRY(await_outcome(plan));
  const bool is_in_same_memory = plan.birth == Birth::in_same_memory;
  if (!report && (is_in_same_memory ? plan.is_ready_to_execute : role_of(plan) == Role::program)) {
    child.has_executed();
    return ChildReport{};
  }
  if (!report) {
    const auto end = TRY(child.wait());
    Error error = Error::of(
        0,
        fmt::format("the child ended with status {} before it was ready", end.exit_status()),
        "");
    return fail(end.kind == sys::ProcessChange::Kind::killed
                    ? std::move(error).with_hint(
                          "a signal ended it; the kernel's log tells of the OOM killer and of "
                          "seccomp filters: dmesg")
                    : error);
  }
  if (report->errnum != 0) {
    // A guard's program is our child, and it has ended.
    const sys::Child failed(role_of(plan) == Role::guard ? report->program : 0, sys::UniqueFd());
    return fail(set_up_error(*report, plan));
  }
  return *report;
}

/// A new uts namespace begins as a copy of its maker's, so a program's needs no look.
sys::Uname uname_in_child(const ChildPlan& plan, const ChildReport& ready) {
  if (role_of(plan) == Role::holder) {
    return sys::uname_from(ready.uname);
  }
  sys::Uname uname = sys::read_uname();
  uname.nodename = plan.request->hostname.value_or(uname.nodename);
  uname.domainname = plan.request->domainname.value_or(uname.domainname);
  return uname;
}

Session session_of(ChildPlan& plan, sys::Child child, const ChildReport& ready) {
  Session::Parts parts;
  parts.inbox = std::move(plan.inbox);
  parts.lifeline = std::move(plan.lifeline.write_end);
  parts.stops = std::move(plan.stops.read_end);
  if (role_of(plan) == Role::guard) {
    parts.program = sys::Child(ready.program, sys::UniqueFd());
    parts.guard = std::move(child);
  } else {
    parts.program = std::move(child);
  }
  return Session(std::move(parts));
}

Result<CreateReport> describe(const CreateRequest& request, pid_t pid, const sys::Uname& uname) {
  const procfs::PinnedProcess process = TRY(procfs::pin_child(pid));
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  CreateReport report;
  report.name = request.name;
  report.pid = pid;
  report.pidfd_inode = process.pidfd ? TRY(process.pidfd->inode()) : std::nullopt;
  report.uname = uname;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (own.known().contains(info.kind)) {
      const ns::NamespaceHandle handle = TRY(ns::open_namespace(process, info.kind));
      report.namespaces.push_back({handle.ref(), !own.contain(handle)});
    }
  }
  return report;
}

/// A child that is about to execute its program waits to be looked at.
Result<ChildReport> announce(ChildPlan& plan, sys::Child& child) {
  const ChildReport ready = TRY(await_ready(plan, child));
  const bool is_guard = role_of(plan) == Role::guard;
  const pid_t pid = is_guard ? ready.program : child.pid();
  const CreateReport report = TRY(describe(*plan.request, pid, uname_in_child(plan, ready)));
  TRY(plan.request->announce(report));
  if (role_of(plan) == Role::holder) {
    return ready;
  }
  give_go(plan);
  if (plan.request->narrator) {
    // It stops once more, when it has told all that it had to do.
    TRY(await_ready(plan, child));
    narrate_execution(*plan.request);
    give_go(plan);
  }
  return await_ready(plan, child);
}

Result<Creation> launch(const CreateRequest& request,
                        KindSet kinds,
                        sys::SignalInbox inbox,
                        std::vector<std::string>& notes) {
  ChildPlan plan = TRY(plan_child(request, kinds, notes));
  plan.inbox = std::move(inbox);
  plan.body = [&plan](sys::UnbornSibling& /*none*/) { return run_child(plan); };
  ChildEnds ends(
      {&plan.reports.write_end, &plan.lifeline.read_end, &plan.stops.write_end, &plan.go.read_end});
  sys::Child child = TRY(start(plan, ends));
  Creation creation;
  creation.network = TRY(let_it_go(plan, child));
  const ChildReport ready =
      plan.request->announce ? TRY(announce(plan, child)) : TRY(await_ready(plan, child));
  creation.child_uname = uname_in_child(plan, ready);
  creation.pid = child.pid();
  if (plan.request->attachment == Attachment::detached) {
    TRY(check_not_interrupted(plan.inbox));
    creation.detached =
        DetachedChild(std::move(child), std::move(plan.go.write_end), std::move(plan.guard));
  } else {
    creation.session = session_of(plan, std::move(child), ready);
    creation.pid = creation.session->pid();
  }
  creation.cgroup = std::move(plan.cgroup);
  return creation;
}

}  // namespace

void Creation::release() noexcept {
  if (session) {
    traces.keep_files();
    return;
  }
  cgroup.keep();
  traces.keep();
  network.release();
  detached.release();
}

Result<Creation> create(const CreateRequest& request) {
  std::vector<std::string> notes;
  const CreateRequest full = TRY(with_likeness(request, notes));
  const KindSet kinds = kinds_to_create(full, notes);
  TRY(check(full, kinds));
  // What is left for others to find is undone also when somebody wants the end.
  auto inbox = open_front_inbox();
  if (!inbox) {
    return fail(with_known_cure(std::move(inbox).error()).during(doing(kinds)));
  }
  Traces traces = TRY(Traces::prepare(full, notes));
  auto creation = launch(traces.left_by(narrated(full)), kinds, *std::move(inbox), notes);
  if (!creation) {
    Error error = with_known_cure(std::move(creation).error());
    const bool created = is_of_program(error);
    return fail(std::move(error).during(created ? "cannot run the program" : doing(kinds)));
  }
  creation->notes = std::move(notes);
  creation->traces = std::move(traces);
  return creation;
}

}  // namespace nsplay::ops
