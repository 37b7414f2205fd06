#pragma once

// nsplay holders as text and as JSON.

#include <cstddef>
#include <optional>
#include <string>

#include "nsplay/base/error.h"
#include "nsplay/ops/holders.h"
#include "nsplay/render/list_view.h"

namespace nsplay::render {

struct HoldersFormat {
  Heading heading = Heading::yes;
  std::optional<std::size_t> width = {};  ///< to which lines are cut, where a command is long
};

/// A line per holder. Of several namespaces the first column says which.
std::string holders_text(const ops::HoldersReport& report, const HoldersFormat& format);

/// "nsplay.holders/1".
std::string holders_json(const ops::HoldersReport& report);
std::string holders_failure_json(std::string_view target, const Error& error);

}  // namespace nsplay::render
