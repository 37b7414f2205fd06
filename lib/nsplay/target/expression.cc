#include "nsplay/target/expression.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/target/play.h"

namespace nsplay::target {

const std::string_view target_forms =
    "a TARGET is a pid, PID:PIDFD_INODE, self, NAME, play:NAME, ENGINE:NAME, netns:NAME, "
    "KIND:[INODE], id:ID, or the path of a namespace file";

namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_container_name = 512;  // of kubernetes: 63 + 253 + 63, and slashes
constexpr pid_t highest_pid = 4194303;  // below PID_MAX_LIMIT on 64-bit kernels, proc(5)

tl::unexpected<Error> not_a_target(std::string_view text) {
  return fail(
      Error::usage(fmt::format("{} is not a TARGET", quote(text)), std::string(target_forms)));
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

/// What follows "net:"; "[4026532178]" or "4026532178".
Result<Expression> parse_inode(std::string_view text, ns::Kind kind, std::string_view number) {
  if (number.starts_with('[') && number.ends_with(']')) {
    number = number.substr(1, number.size() - 2);
  }
  const auto inode = parse_number<std::uint64_t>(number);
  if (!inode) {
    return not_a_target(text);
  }
  return NumberExpression{{kind, *inode, 0}};
}

Result<Expression> parse_id(std::string_view text, std::string_view number) {
  const auto id = parse_number<std::uint64_t>(number);
  if (!id) {
    return not_a_target(text);
  }
  return NumberExpression{{std::nullopt, std::nullopt, *id}};
}

/// ip-netns(8) refuses the same names: they would be other files.
Result<Expression> parse_netns(std::string_view text, std::string_view name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos) {
    return not_a_target(text);
  }
  return NetnsExpression{std::string(name)};
}

Result<Expression> parse_play_name(std::string_view text, std::string_view name) {
  if (!is_play_name(name)) {
    return not_a_target(text);
  }
  return PlayExpression{std::string(name)};
}

/// A name is only ever compared with those that the engine has, so it may be anything.
Result<Expression> parse_container(std::string_view text,
                                   const Engine& engine,
                                   std::string_view name) {
  if (name.empty() || name.size() > longest_container_name) {
    return not_a_target(text);
  }
  return ContainerExpression{&engine, std::string(name)};
}

/// The letters of a play's, but as long as engines let a name be.
bool may_be_name(std::string_view text) {
  return text.size() <= longest_name && is_play_name(text.substr(0, 1)) &&
         std::all_of(text.begin(), text.end(), [](char byte) {
           return byte == '_' || byte == '.' || byte == '-' || is_play_name({&byte, 1});
         });
}

const ns::KindInfo* kind_named(std::string_view name) {
  const auto& kinds = ns::all_kinds();
  const auto* found = std::find_if(
      kinds.begin(), kinds.end(), [&](const ns::KindInfo& info) { return info.name == name; });
  return found == kinds.end() ? nullptr : found;
}

/// "WORD:REST" in one of the forms that a word begins.
Result<Expression> parse_qualified(std::string_view text) {
  const auto colon = text.find(':');
  const auto word = text.substr(0, colon);
  if (colon == std::string_view::npos) {
    const bool is_name = may_be_name(text) && !looks_like_number(text);
    return is_name ? NameExpression{std::string(text)} : parse_process(text);
  }
  const auto rest = text.substr(colon + 1);
  if (word == "netns") {
    return parse_netns(text, rest);
  }
  if (word == "play") {
    return parse_play_name(text, rest);
  }
  if (word == "id") {
    return parse_id(text, rest);
  }
  if (const Engine* engine = engine_named(word)) {
    return parse_container(text, *engine, rest);
  }
  const ns::KindInfo* kind = kind_named(word);
  return kind != nullptr ? parse_inode(text, kind->kind, rest) : parse_process(text);
}

}  // namespace

Result<Expression> parse_expression(std::string_view text) {
  if (text == "self") {
    return SelfExpression{};
  }
  const auto word = text.substr(0, text.find(':'));
  const bool has_prefix =
      word.size() < text.size() && (word == "netns" || engine_named(word) != nullptr);
  const bool is_file = text.find('/') != std::string_view::npos && !has_prefix;
  return is_file ? FileExpression{std::string(text)} : parse_qualified(text);
}

Result<ns::NamespaceNumber> parse_namespace_number(std::string_view text) {
  if (const auto inode = parse_number<std::uint64_t>(text)) {
    return ns::NamespaceNumber{std::nullopt, *inode, 0};
  }
  const auto expression = parse_expression(text);
  const auto* number = expression ? std::get_if<NumberExpression>(&*expression) : nullptr;
  if (number == nullptr) {
    return fail(Error::usage(fmt::format("{} is not the number of a namespace", quote(text)),
                             "write its inode, KIND:[INODE] or id:ID"));
  }
  return number->number;
}

}  // namespace nsplay::target
