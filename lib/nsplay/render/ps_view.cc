#include "nsplay/render/ps_view.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/text.h"
#include "nsplay/render/json_parts.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

constexpr const char* ps_schema = "nsplay.ps/1";
constexpr const char* host_name = "host";

/// By its id where another of its engine has the same name.
std::string distinct_target_of(const target::Container& container, const ops::PsReport& report) {
  const auto same = std::count_if(
      report.containers.begin(), report.containers.end(), [&](const ops::ListedContainer& other) {
        return other.container.engine == container.engine && other.container.name == container.name;
      });
  return same > 1 && !container.id.empty()
             ? fmt::format("{}:{}", container.engine, target::short_id(container))
             : target::target_of(container);
}

/// As TARGETs, which say more than a number of the report.
std::vector<std::string> partners_of(const ops::SharedKind& shared, const ops::PsReport& report) {
  if (shared.with_host) {
    return {host_name};
  }
  std::vector<std::string> partners;
  std::transform(
      shared.with.begin(), shared.with.end(), std::back_inserter(partners), [&](std::size_t index) {
        return distinct_target_of(report.containers[index].container, report);
      });
  return partners;
}

std::string comma_separated(const std::vector<std::string_view>& kinds) {
  return fmt::format("{}", fmt::join(kinds, ","));
}

std::vector<std::string_view> names_in(ns::KindSet kinds) {
  std::vector<std::string_view> names;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (kinds.contains(info.kind)) {
      names.push_back(info.name);
    }
  }
  return names;
}

/// Kinds that are shared with the same ones, together: "cgroup,time with host; net with
/// podman:web".
std::string shared_cell(const ops::NamespaceUse& use, const ops::PsReport& report) {
  struct Group {
    std::string partners;
    std::vector<std::string_view> kinds;
  };
  std::vector<Group> groups;
  for (const ops::SharedKind& shared : use.shared) {
    std::string partners = fmt::format("{}", fmt::join(partners_of(shared, report), ","));
    auto group = std::find_if(
        groups.begin(), groups.end(), [&](const Group& one) { return one.partners == partners; });
    if (group == groups.end()) {
      group = groups.insert(groups.end(), {std::move(partners), {}});
    }
    group->kinds.push_back(ns::name_of(shared.kind));
  }
  std::vector<std::string> cells;
  std::transform(groups.begin(), groups.end(), std::back_inserter(cells), [](const Group& group) {
    return fmt::format("{} with {}", comma_separated(group.kinds), group.partners);
  });
  return escape_for_terminal(fmt::format("{}", fmt::join(cells, "; ")));
}

std::string user_cell_of(const ops::ListedProcess& process) {
  const std::string uid = process.uid ? std::to_string(*process.uid) : std::string();
  return escape_for_terminal(process.user.value_or(uid));
}

Row row_of_container(const ops::ListedContainer& listed, const ops::PsReport& report) {
  const target::Container& container = listed.container;
  return {std::string(container.engine),
          escape_for_terminal(container.name),
          escape_for_terminal(target::short_id(container)),
          std::to_string(listed.process.pid),
          user_cell_of(listed.process),
          listed.use ? comma_separated(names_in(listed.use->own)) : "?",
          listed.use ? shared_cell(*listed.use, report) : "?"};
}

Json shared_json(const ops::NamespaceUse& use, const ops::PsReport& report) {
  Json all = Json::array();
  for (const ops::SharedKind& shared : use.shared) {
    all.push_back({{"kind", ns::name_of(shared.kind)}, {"with", partners_of(shared, report)}});
  }
  return all;
}

Json listed_container_json(const ops::ListedContainer& listed, const ops::PsReport& report) {
  Json json = container_json(listed.container);
  json["pid"] = listed.process.pid;
  json["uid"] = or_null(listed.process.uid);
  json["user"] = or_null(listed.process.user);
  json["command"] = or_null(listed.process.command);
  json["own"] = listed.use ? Json(names_in(listed.use->own)) : Json(nullptr);
  json["shared"] = listed.use ? shared_json(*listed.use, report) : Json(nullptr);
  if (!listed.use) {
    json["error"] = error_json(listed.use.error());
  }
  return json;
}

}  // namespace

std::string ps_text(const ops::PsReport& report) {
  std::vector<Row> rows = {{"ENGINE", "NAME", "ID", "PID", "USER", "OWN", "SHARED"}};
  for (const ops::ListedContainer& listed : report.containers) {
    rows.push_back(row_of_container(listed, report));
  }
  TableForm form;
  form.columns = {{}, {}, {}, {Align::right, Cut::no}};
  return table(rows, form);
}

std::string ps_json(const ops::PsReport& report) {
  Json containers = Json::array();
  for (const ops::ListedContainer& listed : report.containers) {
    containers.push_back(listed_container_json(listed, report));
  }
  Json broken = Json::array();
  for (const Error& error : report.broken) {
    broken.push_back(error_json(error));
  }
  return document({{"schema", ps_schema},
                   {"containers", containers},
                   {"unreadable", report.unreadable},
                   {"broken", broken}});
}

std::string ps_failure_json(const Error& error) {
  return document({{"schema", ps_schema}, {"containers", nullptr}, {"error", error_json(error)}});
}

}  // namespace nsplay::render
