#include "nsplay/target/expression.h"

#include <string>

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::target {
namespace {

constexpr pid_t highest_pid = 4194303;  // below PID_MAX_LIMIT on 64-bit kernels, proc(5)

constexpr const char* forms =
    "a TARGET is a pid, PID:PIDFD_INODE, self, or the path of a namespace file";

tl::unexpected<Error> not_a_target(std::string_view text) {
  return fail(Error::usage(fmt::format("{} is not a TARGET", quote(text)), forms));
}

bool looks_like_number(std::string_view text) {
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Expression> parse_process(std::string_view text) {
  const auto colon = text.find(':');
  const auto number = text.substr(0, colon);
  if (!looks_like_number(number)) {
    return not_a_target(text);
  }
  const auto pid = parse_number<pid_t>(number);
  if (!pid || *pid < 1 || *pid > highest_pid) {
    return fail(Error::usage(fmt::format("{} is not a pid", quote(number)),
                             fmt::format("pids go from 1 to {}", highest_pid)));
  }
  if (colon == std::string_view::npos) {
    return ProcessExpression{*pid, std::nullopt};
  }
  const auto inode = parse_number<std::uint64_t>(text.substr(colon + 1));
  if (!inode) {
    return not_a_target(text);
  }
  return ProcessExpression{*pid, *inode};
}

}  // namespace

Result<Expression> parse_expression(std::string_view text) {
  if (text.find('/') != std::string_view::npos) {
    return FileExpression{std::string(text)};
  }
  if (text == "self") {
    return SelfExpression{};
  }
  return parse_process(text);
}

}  // namespace nsplay::target
