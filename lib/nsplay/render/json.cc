#include "nsplay/render/json.h"

#include <utility>
#include <vector>

#include "nsplay/render/json_parts.h"

namespace nsplay::render {
namespace {

constexpr const char* create_schema = "nsplay.create/1";
constexpr const char* inspect_schema = "nsplay.inspect/1";
constexpr const char* join_schema = "nsplay.join/1";
constexpr const char* list_schema = "nsplay.list/1";
constexpr const char* processes_schema = "nsplay.processes/1";

Json uname_json(const sys::Uname& uname) {
  return {{"sysname", uname.sysname},
          {"nodename", uname.nodename},
          {"release", uname.release},
          {"version", uname.version},
          {"machine", uname.machine},
          {"domainname", uname.domainname}};
}

Json owner_json(const ops::OwnerView& owner) {
  Json json = namespace_json(owner.ref);
  json["uid"] = owner.uid;
  return json;
}

/// A part that could not be read is null, and the reason stands beside it.
Json view_json(const ops::NamespaceView& view) {
  Json json = namespace_json(view.ref);
  json["same_as_caller"] = view.same_as_caller;
  json["owner"] = view.owner && *view.owner ? owner_json(**view.owner) : Json(nullptr);
  json["parent"] = view.parent && *view.parent ? namespace_json(**view.parent) : Json(nullptr);
  json["processes"] = or_null(view.processes);
  if (!view.owner) {
    json["error"] = error_json(view.owner.error());
  } else if (!view.parent) {
    json["error"] = error_json(view.parent.error());
  }
  return json;
}

Json row_json(const ops::NamespaceRow& row) {
  if (row.view) {
    return view_json(*row.view);
  }
  return {{"kind", ns::name_of(row.kind)},
          {"inode", nullptr},
          {"id", nullptr},
          {"error", error_json(row.view.error())}};
}

Json target_json(const ops::InspectReport& report) {
  const auto& process = report.process;
  return {{"expression", report.expression},
          {"type", process ? "process" : "namespace"},
          {"pid", process ? Json(process->pid) : Json(nullptr)},
          {"comm", process ? Json(process->comm) : Json(nullptr)},
          {"command", process ? Json(process->command) : Json(nullptr)},
          {"container", process ? container_json(process->container) : Json(nullptr)}};
}

Json compared_json(const sys::Uname& caller, const Result<sys::Uname>& target) {
  Json fields = Json::array();
  bool any_differs = false;
  for (const ops::UnameField& field : ops::compare(caller, target.value_or(sys::Uname{}))) {
    any_differs = any_differs || field.differs();
    fields.push_back({{"field", field.name},
                      {"caller", field.caller},
                      {"target", target ? Json(field.target) : Json(nullptr)},
                      {"differs", target ? Json(field.differs()) : Json(nullptr)}});
  }
  Json json = {{"differs", target ? Json(any_differs) : Json(nullptr)}, {"fields", fields}};
  if (!target) {
    json["error"] = error_json(target.error());
  }
  return json;
}

Json play_json(const target::Play& play) {
  Json namespaces = Json::array();
  for (const target::PlayNamespace& entry : play.namespaces) {
    namespaces.push_back(namespace_json(entry.ref));
    namespaces.back()["new"] = entry.is_new;
  }
  return {{"name", play.name},
          {"pid", play.pid},
          {"start_time", play.start_time},
          {"pidfd_inode", or_null(play.pidfd_inode)},
          {"boot_id", play.boot_id},
          {"created", play.created},
          {"command", play.command},
          {"namespaces", namespaces}};
}

Json listed_process_json(const ns::NamespaceRef& ref, const ops::ListedProcess& process) {
  Json json = {{"namespace", namespace_json(ref)}};
  json.update(process_json(process));
  json["tid"] = or_null(process.thread);
  return json;
}

}  // namespace

std::string create_json(const ops::CreateReport& report) {
  Json namespaces = Json::array();
  for (const ops::CreatedNamespace& created : report.namespaces) {
    Json json = namespace_json(created.ref);
    json["new"] = created.is_new;
    namespaces.push_back(std::move(json));
  }
  return document({{"schema", create_schema},
                   {"name", or_null(report.name)},
                   {"pid", report.pid},
                   {"pidfd_inode", or_null(report.pidfd_inode)},
                   {"namespaces", namespaces},
                   {"uname", uname_json(report.uname)}});
}

std::string inspect_json(const ops::InspectReport& report) {
  Json namespaces = Json::array();
  for (const ops::NamespaceRow& row : report.namespaces) {
    namespaces.push_back(row_json(row));
  }
  return document({{"schema", inspect_schema},
                   {"target", target_json(report)},
                   {"namespaces", namespaces},
                   {"uname",
                    report.target_uname ? compared_json(report.caller_uname, *report.target_uname)
                                        : Json(nullptr)}});
}

std::string join_json(const ops::JoinPreview& preview) {
  Json namespaces = Json::array();
  for (const ns::NamespaceRef& ref : preview.namespaces) {
    namespaces.push_back(namespace_json(ref));
  }
  Json steps = Json::array();
  for (const ops::PreviewStep& step : preview.steps) {
    steps.push_back({{"call", step.call}, {"subject", step.subject}});
  }
  return document({{"schema", join_schema},
                   {"target", text_or_null(preview.target)},
                   {"namespaces", namespaces},
                   {"steps", steps},
                   {"uid", or_null(preview.uid)},
                   {"gid", or_null(preview.gid)},
                   {"groups", or_null(preview.groups)},
                   {"program", preview.candidates},
                   {"notes", preview.notes}});
}

std::string list_json(const ops::ListReport& report) {
  Json namespaces = Json::array();
  for (const ops::ListedNamespace& listed : report.namespaces) {
    namespaces.push_back(listed_json(listed));
  }
  return document({{"schema", list_schema},
                   {"namespaces", namespaces},
                   {"unreadable_processes", report.unreadable_processes}});
}

std::string processes_json(const ops::ProcessesReport& report) {
  Json processes = Json::array();
  for (const ops::NamespaceProcesses& one : report.namespaces) {
    for (const ops::ListedProcess& process : one.processes) {
      processes.push_back(listed_process_json(one.ref, process));
    }
  }
  return document({{"schema", processes_schema},
                   {"processes", processes},
                   {"unreadable_processes", report.unreadable_processes}});
}

std::string create_failure_json(const Error& error) {
  return document({{"schema", create_schema}, {"error", error_json(error)}});
}

std::string inspect_failure_json(std::string_view target, const Error& error) {
  return document({{"schema", inspect_schema},
                   {"target", {{"expression", target}}},
                   {"error", error_json(error)}});
}

std::string join_failure_json(std::string_view target, const Error& error) {
  return document(
      {{"schema", join_schema}, {"target", text_or_null(target)}, {"error", error_json(error)}});
}

std::string list_failure_json(const Error& error) {
  return document({{"schema", list_schema}, {"namespaces", nullptr}, {"error", error_json(error)}});
}

std::string processes_failure_json(const Error& error) {
  return document(
      {{"schema", processes_schema}, {"processes", nullptr}, {"error", error_json(error)}});
}

std::string plays_json(const ops::PlaysReport& report) {
  Json plays = Json::array();
  for (const target::Play& play : report.plays) {
    plays.push_back(play_json(play));
  }
  return document({{"schema", "nsplay.plays/1"}, {"plays", plays}});
}

}  // namespace nsplay::render
