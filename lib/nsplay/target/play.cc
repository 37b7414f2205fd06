#include "nsplay/target/play.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::target {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "nsplay.play/1";
constexpr std::size_t longest_boot_id = 64;

constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

tl::unexpected<Error> malformed(std::string_view member) {
  return fail(Error::of(0, "malformed play:", member));
}

/// nullptr: the object has no such member, or this is no object.
const Json* member(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found == json.end() ? nullptr : &*found;
}

template <typename Number>
Result<Number> number_in(const Json& json, const char* name) {
  const Json* value = member(json, name);
  if (value == nullptr || !value->is_number_unsigned() ||
      !std::in_range<Number>(value->get<std::uint64_t>())) {
    return malformed(name);
  }
  return static_cast<Number>(value->get<std::uint64_t>());
}

Result<std::optional<std::uint64_t>> number_or_null_in(const Json& json, const char* name) {
  const Json* value = member(json, name);
  if (value != nullptr && value->is_null()) {
    return std::nullopt;
  }
  return TRY(number_in<std::uint64_t>(json, name));
}

Result<std::string> text_in(const Json& json, const char* name, std::size_t limit) {
  const Json* value = member(json, name);
  if (value == nullptr || !value->is_string() ||
      value->get_ref<const std::string&>().size() > limit) {
    return malformed(name);
  }
  return value->get<std::string>();
}

Result<ns::Kind> kind_in(const Json& json) {
  const std::string name = TRY(text_in(json, "kind", 16));
  const auto& kinds = ns::all_kinds();
  const auto* row = std::find_if(
      kinds.begin(), kinds.end(), [&](const ns::KindInfo& info) { return info.name == name; });
  if (row == kinds.end()) {
    return malformed("kind");
  }
  return row->kind;
}

Result<PlayNamespace> namespace_from(const Json& json) {
  PlayNamespace made;
  made.ref.kind = TRY(kind_in(json));
  made.ref.inode = TRY(number_in<std::uint64_t>(json, "inode"));
  made.ref.id = TRY(number_or_null_in(json, "id"));
  const Json* is_new = member(json, "new");
  if (is_new == nullptr || !is_new->is_boolean()) {
    return malformed("new");
  }
  made.is_new = is_new->get<bool>();
  return made;
}

Result<std::vector<PlayNamespace>> namespaces_in(const Json& json) {
  const Json* list = member(json, "namespaces");
  if (list == nullptr || !list->is_array() || list->size() > ns::kind_count) {
    return malformed("namespaces");
  }
  std::vector<PlayNamespace> namespaces;
  for (const Json& entry : *list) {
    namespaces.push_back(TRY(namespace_from(entry)));
  }
  return namespaces;
}

Json json_of(const PlayNamespace& made) {
  return {{"kind", ns::name_of(made.ref.kind)},
          {"inode", made.ref.inode},
          {"id", made.ref.id ? Json(*made.ref.id) : Json(nullptr)},
          {"new", made.is_new}};
}

Result<Play> process_in(const Json& json) {
  Play play;
  play.pid = TRY(number_in<pid_t>(json, "pid"));
  if (play.pid < 1) {
    return malformed("pid");
  }
  play.start_time = TRY(number_in<std::uint64_t>(json, "start_time"));
  play.pidfd_inode = TRY(number_or_null_in(json, "pidfd_inode"));
  play.boot_id = TRY(text_in(json, "boot_id", longest_boot_id));
  play.pid_namespace = TRY(number_in<std::uint64_t>(json, "pid_namespace"));
  return play;
}

}  // namespace

bool is_play_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_play_name &&
         letters_and_digits.find(text.front()) != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char byte) {
           return byte == '_' || byte == '.' || byte == '-' ||
                  letters_and_digits.find(byte) != std::string_view::npos;
         });
}

Result<> check_play_name(std::string_view text) {
  if (!is_play_name(text)) {
    return fail(Error::usage(
        fmt::format("{} is not a name for a play", quote(text)),
        fmt::format(
            "a name has letters, digits and _ . - after the first letter or digit, {} bytes "
            "at most",
            longest_play_name)));
  }
  return {};
}

std::string format_play(const Play& play) {
  Json namespaces = Json::array();
  for (const PlayNamespace& made : play.namespaces) {
    namespaces.push_back(json_of(made));
  }
  const Json json = {{"schema", schema},
                     {"name", play.name},
                     {"pid", play.pid},
                     {"start_time", play.start_time},
                     {"pidfd_inode", play.pidfd_inode ? Json(*play.pidfd_inode) : Json(nullptr)},
                     {"boot_id", play.boot_id},
                     {"pid_namespace", play.pid_namespace},
                     {"created", play.created},
                     {"command", play.command.substr(0, longest_play_command)},
                     {"namespaces", namespaces}};
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

Result<Play> parse_play(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (TRY(text_in(json, "schema", schema.size())) != schema) {
    return malformed("schema");
  }
  Play play = TRY(process_in(json));
  play.name = TRY(text_in(json, "name", longest_play_name));
  if (!is_play_name(play.name)) {
    return malformed("name");
  }
  play.created = TRY(number_in<std::int64_t>(json, "created"));
  // A byte that was no UTF-8 has become one character of three.
  play.command = TRY(text_in(json, "command", 3 * longest_play_command));
  play.namespaces = TRY(namespaces_in(json));
  return play;
}

Result<Play> parse_play_process(std::string_view text) {
  return process_in(Json::parse(text, nullptr, /*allow_exceptions=*/false));
}

}  // namespace nsplay::target
