#include "nsplay/render/json_parts.h"

#include <cstring>

#include "nsplay/ns/kind.h"

namespace nsplay::render {

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

Json process_json(const ops::ListedProcess& process) {
  return {{"pid", process.pid},
          {"ppid", or_null(process.parent)},
          {"uid", or_null(process.uid)},
          {"user", or_null(process.user)},
          {"command", or_null(process.command)}};
}

}  // namespace nsplay::render
