#include <cstddef>
#include <utility>
#include <vector>

#include "nsplay/render/json.h"
#include "nsplay/render/json_parts.h"

namespace nsplay::render {
namespace {

constexpr const char* tree_schema = "nsplay.tree/1";

Json members_json(const std::vector<ops::ListedProcess>& members) {
  Json json = Json::array();
  for (const ops::ListedProcess& process : members) {
    json.push_back(process_in_container_json(process));
  }
  return json;
}

/// Takes them from where they stand.
Json take_all(std::vector<Json>& nodes, const std::vector<std::size_t>& indices) {
  Json json = Json::array();
  for (const std::size_t index : indices) {
    json.push_back(std::move(nodes[index]));
  }
  return json;
}

/// The children of a node stand behind it, so that they are there before it is made.
Json trees_json(const ops::TreeReport& report) {
  std::vector<Json> nodes(report.nodes.size());
  for (std::size_t i = nodes.size(); i > 0; --i) {
    const ops::TreeNode& node = report.nodes[i - 1];
    Json json = listed_json(node.listed);
    json["members"] = node.members ? members_json(*node.members) : Json(nullptr);
    json["children"] = take_all(nodes, node.children);
    nodes[i - 1] = std::move(json);
  }
  return take_all(nodes, report.roots);
}

}  // namespace

std::string tree_json(const ops::TreeReport& report) {
  return document({{"schema", tree_schema},
                   {"by", ops::tree_ways.at(static_cast<std::size_t>(report.by)).name},
                   {"target", text_or_null(report.target)},
                   {"namespaces", trees_json(report)},
                   {"lifted", report.lifted},
                   {"unreadable_processes", report.unreadable_processes}});
}

std::string tree_failure_json(std::string_view target, const Error& error) {
  return document({{"schema", tree_schema},
                   {"target", text_or_null(target)},
                   {"namespaces", nullptr},
                   {"error", error_json(error)}});
}

}  // namespace nsplay::render
