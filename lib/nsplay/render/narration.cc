#include "nsplay/render/narration.h"

#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::render {
namespace {

/// " = -1 EPERM (Operation not permitted)".
std::string shown_result(const ops::NarratedCall& call) {
  if (!call.result) {
    return {};
  }
  if (call.errnum == 0) {
    return fmt::format(" = {}", *call.result);
  }
  const char* name = ::strerrorname_np(call.errnum);
  return fmt::format(" = {} {} ({})",
                     *call.result,
                     name == nullptr ? "errno" : name,
                     std::generic_category().message(call.errnum));
}

std::string line_of(const ops::NarratedCall& call) {
  const bool is_child = call.by == ops::NarratedCall::By::child;
  return fmt::format("{}{}{}", is_child ? "child: " : "", call.call, shown_result(call));
}

std::string line_of(const ops::NarratedChange& change) {
  return fmt::format("{}: {} -> {}", change.what, change.before, change.after);
}

}  // namespace

std::string narrated_line(const ops::Narrated& narrated) {
  const std::string line = std::visit([](const auto& one) { return line_of(one); }, narrated);
  return escape_for_terminal(line, Backslash::keep);
}

}  // namespace nsplay::render
