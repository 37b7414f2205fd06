#pragma once

// What several documents are made of. For the sources of this layer alone: it brings all of
// nlohmann-json along.

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "nsplay/base/error.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ops/listing.h"
#include "nsplay/ops/process_look.h"
#include "nsplay/target/container.h"

namespace nsplay::render {

using Json = nlohmann::ordered_json;

/// ASCII alone: no control character of the 8-bit kind, no change of direction reaches a terminal.
std::string document(const Json& json);

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(std::string_view text);
Json error_json(const Error& error);
Json namespace_json(const ns::NamespaceRef& ref);
Json ref_or_null(const std::optional<ns::NamespaceRef>& ref);

/// engine, name, id; null where there is none.
Json container_json(const std::optional<target::Container>& container);

/// pid, ppid, uid, user, command.
Json process_json(const ops::ListedProcess& process);

/// The same and the container.
Json process_in_container_json(const ops::ListedProcess& process);

/// An entry of a list.
Json listed_json(const ops::ListedNamespace& listed);

}  // namespace nsplay::render
