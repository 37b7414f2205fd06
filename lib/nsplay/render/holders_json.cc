#include <array>
#include <cstddef>
#include <string_view>

#include "nsplay/render/holders_view.h"
#include "nsplay/render/json_parts.h"

namespace nsplay::render {
namespace {

using ns::Holder;

constexpr const char* holders_schema = "nsplay.holders/1";

// By the values of HolderType and of ops::Survival.
constexpr std::array<std::string_view, 9> type_names = {
    "process", "thread", "pending", "zombie", "fd", "socket", "mount", "child", "owned"};
constexpr std::array<std::string_view, 4> survival_names = {"held", "hidden", "gone", "unknown"};

Json holder_json(const ops::NamespaceHolder& held) {
  const Holder& holder = held.holder;
  const bool is_task = holder.pid != 0;
  return {{"type", type_names.at(static_cast<std::size_t>(holder.type))},
          {"pid", is_task ? Json(holder.pid) : Json(nullptr)},
          {"tid", is_task ? Json(holder.tid) : Json(nullptr)},
          {"fd", holder.descriptor >= 0 ? Json(holder.descriptor) : Json(nullptr)},
          {"path", text_or_null(holder.path)},
          {"namespace", ref_or_null(held.relative)},
          {"process", held.process ? process_in_container_json(*held.process) : Json(nullptr)},
          {"release", text_or_null(held.release)}};
}

Json held_json(const ops::HeldNamespace& held) {
  Json holders = Json::array();
  for (const ops::NamespaceHolder& holder : held.holders) {
    holders.push_back(holder_json(holder));
  }
  Json json = namespace_json(held.ref);
  json["state"] = survival_names.at(static_cast<std::size_t>(held.survival));
  json["holders"] = holders;
  return json;
}

}  // namespace

std::string holders_json(const ops::HoldersReport& report) {
  Json namespaces = Json::array();
  for (const ops::HeldNamespace& held : report.namespaces) {
    namespaces.push_back(held_json(held));
  }
  return document({{"schema", holders_schema},
                   {"target", report.target},
                   {"namespaces", namespaces},
                   {"unreadable_processes", report.unreadable_processes}});
}

std::string holders_failure_json(std::string_view target, const Error& error) {
  return document({{"schema", holders_schema},
                   {"target", target},
                   {"namespaces", nullptr},
                   {"error", error_json(error)}});
}

}  // namespace nsplay::render
