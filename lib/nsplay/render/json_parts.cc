#include "nsplay/render/json_parts.h"

#include <cstring>
#include <vector>

#include "nsplay/ns/kind.h"

namespace nsplay::render {
namespace {

Json mounts_elsewhere_json(const std::vector<ops::MountElsewhere>& mounts) {
  Json json = Json::array();
  for (const auto& [path, where] : mounts) {
    json.push_back({{"path", path}, {"namespace", namespace_json(where)}});
  }
  return json;
}

/// That the caller's network namespace has given none is another thing than not to know it.
Json network_id_json(const std::optional<ops::NetworkId>& id) {
  if (!id) {
    return nullptr;
  }
  return id->number ? Json(*id->number) : Json("unassigned");
}

}  // namespace

std::string document(const Json& json) {
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json error_json(const Error& error) {
  const char* name = error.errnum == 0 ? nullptr : ::strerrorname_np(error.errnum);
  return {{"errno", name == nullptr ? Json(nullptr) : Json(name)},
          {"message", error.message()},
          {"hint", text_or_null(error.hint)}};
}

Json namespace_json(const ns::NamespaceRef& ref) {
  return {{"kind", ns::name_of(ref.kind)}, {"inode", ref.inode}, {"id", or_null(ref.id)}};
}

Json ref_or_null(const std::optional<ns::NamespaceRef>& ref) {
  return ref ? namespace_json(*ref) : Json(nullptr);
}

Json container_json(const std::optional<target::Container>& container) {
  return container ? Json({{"engine", container->engine},
                           {"name", text_or_null(container->name)},
                           {"id", text_or_null(container->id)}})
                   : Json(nullptr);
}

Json process_json(const ops::ListedProcess& process) {
  return {{"pid", process.pid},
          {"ppid", or_null(process.parent)},
          {"uid", or_null(process.uid)},
          {"user", or_null(process.user)},
          {"command", or_null(process.command)}};
}

Json process_in_container_json(const ops::ListedProcess& process) {
  Json json = process_json(process);
  json["container"] = container_json(process.container);
  return json;
}

Json listed_json(const ops::ListedNamespace& listed) {
  const auto& process = listed.process;
  Json json = namespace_json(listed.ref);
  json["processes"] = listed.processes;
  json["threads"] = listed.threads;
  json["pending"] = listed.pending;
  json["pid"] = process ? Json(process->pid) : Json(nullptr);
  json["ppid"] = process ? or_null(process->parent) : Json(nullptr);
  json["command"] = process ? or_null(process->command) : Json(nullptr);
  json["uid"] = process ? or_null(process->uid) : Json(nullptr);
  json["user"] = process ? or_null(process->user) : Json(nullptr);
  json["owner"] = ref_or_null(listed.owner);
  json["parent"] = ref_or_null(listed.parent);
  json["owner_uid"] = or_null(listed.owner_uid);
  json["netnsid"] = network_id_json(listed.network_id);
  json["mounts"] = listed.mounts;
  json["mounts_elsewhere"] = mounts_elsewhere_json(listed.mounts_elsewhere);
  json["fds"] = or_null(listed.descriptors);
  json["sockets"] = or_null(listed.sockets);
  json["name"] = or_null(listed.name);
  json["creator"] = or_null(listed.creator);
  json["container"] = container_json(listed.container);
  json["path"] = or_null(ops::path_of(listed));
  return json;
}

}  // namespace nsplay::render
