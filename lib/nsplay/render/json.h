#pragma once

// Reports as JSON, the form that scripts rely on: within one schema version members are only added.
// Text that is not UTF-8 has its bad bytes replaced.

#include <string>
#include <string_view>

#include "nsplay/base/error.h"
#include "nsplay/ops/create.h"
#include "nsplay/ops/inspect.h"
#include "nsplay/ops/join_preview.h"
#include "nsplay/ops/list.h"
#include "nsplay/ops/plays.h"
#include "nsplay/ops/tree.h"

namespace nsplay::render {

/// "nsplay.create/1", ending in a newline.
std::string create_json(const ops::CreateReport& report);

/// "nsplay.inspect/1", ending in a newline.
std::string inspect_json(const ops::InspectReport& report);

/// "nsplay.join/1", ending in a newline.
std::string join_json(const ops::JoinPreview& preview);

/// "nsplay.list/1", ending in a newline.
std::string list_json(const ops::ListReport& report);

/// "nsplay.processes/1", ending in a newline.
std::string processes_json(const ops::ProcessesReport& report);

/// "nsplay.tree/1", ending in a newline.
std::string tree_json(const ops::TreeReport& report);

// The same documents of a command that failed: the error in place of everything else.

std::string create_failure_json(const Error& error);
std::string inspect_failure_json(std::string_view target, const Error& error);
std::string join_failure_json(std::string_view target, const Error& error);
std::string list_failure_json(const Error& error);
std::string processes_failure_json(const Error& error);
std::string tree_failure_json(std::string_view target, const Error& error);

/// "nsplay.plays/1", ending in a newline.
std::string plays_json(const ops::PlaysReport& report);

}  // namespace nsplay::render
