#pragma once

// nsplay ps as text and as JSON.

#include <string>

#include "nsplay/base/error.h"
#include "nsplay/ops/ps.h"

namespace nsplay::render {

/// A line per container below a heading. Text of engines and processes is escaped.
std::string ps_text(const ops::PsReport& report);

/// "nsplay.ps/1".
std::string ps_json(const ops::PsReport& report);
std::string ps_failure_json(const Error& error);

}  // namespace nsplay::render
