#pragma once

// The parts that every JSON document of nsplay is made of.

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/run_nsplay.h"

namespace nsplay::test {

using Json = nlohmann::ordered_json;

/// A failure of the test, and null, when it is no JSON.
Json parse_json(std::string_view text);

/// The names of an object's members, in their order.
Words members_of(const Json& object);

/// The "kind" of each entry, in their order.
Words kinds_of(const Json& namespaces);

/// The eight kinds, in their order.
Words all_kinds();

/// {"kind", "inode", "id", …} with numbers as numbers; "id" is null where the kernel has none.
void expect_namespace(const Json& entry);

/// {"errno", "message", "hint"}.
void expect_error(const Json& error);

/// The document of a command that failed: it says what stderr says.
Json failure_document(const RunResult& result);

/// The fields of uname, in their order.
Words uname_fields();

}  // namespace nsplay::test
