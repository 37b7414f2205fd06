#include <cstdint>
#include <variant>

#include "nsplay/render/diff_view.h"
#include "nsplay/render/json_parts.h"

namespace nsplay::render {
namespace {

constexpr const char* diff_schema = "nsplay.diff/1";

struct ValueJson {
  template <typename Value>
  Json operator()(const Value& value) const {
    return value;
  }
  Json operator()(const ns::NamespaceRef& ref) const { return namespace_json(ref); }
};

Json value_json(const std::optional<ops::DiffValue>& value) {
  return value ? std::visit(ValueJson{}, *value) : Json(nullptr);
}

Json difference_json(const ops::Difference& difference) {
  Json json = {
      {"path", difference.path}, {"a", value_json(difference.a)}, {"b", value_json(difference.b)}};
  if (difference.error) {
    json["error"] = error_json(*difference.error);
  }
  return json;
}

Json section_json(const ops::DiffSection& section) {
  Json json = {{"section", section.name}, {"differences", nullptr}};
  if (section.error) {
    json["error"] = error_json(*section.error);
    return json;
  }
  json["differences"] = Json::array();
  for (const ops::Difference& difference : section.differences) {
    json["differences"].push_back(difference_json(difference));
  }
  return json;
}

Json same_json(ops::DiffOutcome outcome) {
  return outcome == ops::DiffOutcome::unknown ? Json(nullptr)
                                              : Json(outcome == ops::DiffOutcome::same);
}

}  // namespace

std::string diff_json(const ops::DiffReport& report) {
  Json sections = Json::array();
  for (const ops::DiffSection& section : report.sections) {
    sections.push_back(section_json(section));
  }
  return document({{"schema", diff_schema},
                   {"a", report.a},
                   {"b", report.b},
                   {"same", same_json(ops::outcome_of(report))},
                   {"sections", sections}});
}

std::string diff_failure_json(const ops::DiffRequest& request, const Error& error) {
  return document({{"schema", diff_schema},
                   {"a", text_or_null(request.a)},
                   {"b", text_or_null(request.b)},
                   {"same", nullptr},
                   {"sections", nullptr},
                   {"error", error_json(error)}});
}

}  // namespace nsplay::render
