#include "nsplay/ops/inspect.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/members.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/process_look.h"
#include "nsplay/ops/uname_reader.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/clock.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/target/attribution.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::NamespaceHandle;
using procfs::PinnedProcess;

Result<std::optional<OwnerView>> owner_view(const NamespaceHandle& handle) {
  const auto owner = TRY(ns::owner_of(handle));
  if (!owner) {
    return std::nullopt;
  }
  const uid_t uid = TRY(ns::owner_uid_of(*owner));
  return OwnerView{owner->ref(), uid};
}

Result<std::optional<ns::NamespaceRef>> parent_view(const NamespaceHandle& handle) {
  if (handle.kind() != Kind::pid && handle.kind() != Kind::user) {
    return std::nullopt;
  }
  const auto parent = TRY(ns::parent_of(handle));
  return parent ? std::optional(parent->ref()) : std::nullopt;
}

NamespaceView view_of(const NamespaceHandle& handle, const ns::OwnNamespaces& own) {
  return {handle.ref(), own.contain(handle), owner_view(handle), parent_view(handle), std::nullopt};
}

Result<ProcessView> process_view(const PinnedProcess& process) {
  const auto stat = TRY(process.dir.stat());
  const auto status = TRY(process.dir.status());
  ProcessView view;
  view.pid = process.pid;
  view.comm = stat.comm;
  view.command = command_line_of(process.dir);
  view.state = stat.state;
  view.uid = status.effective_uid;
  view.user = sys::user_name(status.effective_uid);
  view.start = sys::time_of_boot_ticks(stat.start_ticks);
  view.container = target::MachineAttribution({process.pid}).of(process.pid);
  return view;
}

/// Why this namespace of the process cannot be seen.
Error explain(const PinnedProcess& process,
              char state,
              const ns::OwnNamespaces& own,
              Kind kind,
              Error error) {
  if (error.errnum == EACCES || error.errnum == EPERM) {
    return std::move(error).with_hint(access_hint(process));
  }
  if (!own.known().contains(kind)) {
    return std::move(error).with_hint(creation_hint(EINVAL, {kind}));
  }
  if (state == 'Z') {
    return std::move(error).with_hint("a zombie has left all namespaces but user and pid");
  }
  return error;
}

using Opened = std::vector<Result<NamespaceHandle>>;

const NamespaceHandle* find_opened(const Opened& handles, Kind kind) {
  const auto found =
      std::find_if(handles.begin(), handles.end(), [&](const Result<NamespaceHandle>& handle) {
        return handle && handle->kind() == kind;
      });
  return found == handles.end() ? nullptr : &**found;
}

Result<sys::Uname> uname_of(const Opened& handles,
                            const ns::OwnNamespaces& own,
                            const Error& unreadable) {
  const NamespaceHandle* uts = find_opened(handles, Kind::uts);
  if (uts == nullptr) {
    return fail(unreadable);
  }
  if (own.contain(*uts)) {
    return sys::read_uname();
  }
  return read_uname_in(*uts);
}

Result<Opened> inspect_process(const PinnedProcess& process, InspectReport& report) {
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  auto view = process_view(process);
  if (!view) {
    return fail(explain_process(process, std::move(view).error()));
  }
  report.process = *std::move(view);
  Opened handles;
  Error uts_error;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    auto handle = ns::open_namespace(process, info.kind);
    if (handle) {
      report.namespaces.push_back({info.kind, view_of(*handle, own)});
    } else {
      Error error = explain(process, report.process->state, own, info.kind, handle.error());
      uts_error = info.kind == Kind::uts ? error : uts_error;
      report.namespaces.push_back({info.kind, fail(std::move(error))});
    }
    handles.push_back(std::move(handle));
  }
  report.target_uname = uname_of(handles, own, uts_error);
  return handles;
}

Result<Opened> inspect_namespace(NamespaceHandle handle, InspectReport& report) {
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  const Kind kind = handle.kind();
  report.namespaces.push_back({kind, view_of(handle, own)});
  Opened handles;
  handles.emplace_back(std::move(handle));
  if (kind == Kind::uts) {
    report.target_uname = uname_of(handles, own, {});
  }
  return handles;
}

Result<> count(InspectReport& report) {
  std::vector<ns::NamespaceRef> refs;
  for (const NamespaceRow& row : report.namespaces) {
    if (row.view) {
      refs.push_back(row.view->ref);
    }
  }
  const ns::Members members = TRY(ns::find_members(refs));
  report.unreadable_processes = members.unreadable;
  auto next = members.of.begin();
  for (NamespaceRow& row : report.namespaces) {
    if (row.view) {
      row.view->processes = (next++)->size();
    }
  }
  return {};
}

Result<InspectReport> run(const InspectRequest& request) {
  target::Target target = TRY(target::resolve(request.target));
  InspectReport report;
  report.expression = target.expression;
  report.caller_uname = sys::read_uname();
  const auto* process = std::get_if<PinnedProcess>(&target.subject);
  const Opened held =
      process != nullptr
          ? TRY(inspect_process(*process, report))
          : TRY(inspect_namespace(std::get<NamespaceHandle>(std::move(target.subject)), report));
  if (request.members == Members::count) {
    TRY(count(report));
  }
  return report;
}

}  // namespace

std::array<UnameField, uname_field_count> compare(const sys::Uname& caller,
                                                  const sys::Uname& target) {
  return {{{"sysname", caller.sysname, target.sysname},
           {"nodename", caller.nodename, target.nodename},
           {"release", caller.release, target.release},
           {"version", caller.version, target.version},
           {"machine", caller.machine, target.machine},
           {"domainname", caller.domainname, target.domainname}}};
}

Result<InspectReport> inspect(const InspectRequest& request) {
  auto report = run(request);
  if (!report) {
    return fail(with_known_cure(std::move(report).error())
                    .during(fmt::format("cannot inspect {}", escape_for_terminal(request.target))));
  }
  return report;
}

}  // namespace nsplay::ops
