#include "nsplay/base/shell_word.h"

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay {
namespace {

constexpr std::string_view needs_no_quotes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@%,";

std::string in_single_quotes(std::string_view text) {
  std::string word = "'";
  for (const char byte : text) {
    if (byte == '\'') {
      word += R"('\'')";
    } else {
      word += byte;
    }
  }
  return word + "'";
}

std::string with_escapes(std::string_view text) {
  std::string word = "$'";
  for (const char byte : text) {
    if (byte >= ' ' && byte <= '~' && byte != '\'' && byte != '\\') {
      word += byte;
    } else {
      word += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return word + "'";
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(needs_no_quotes) == std::string_view::npos) {
    return std::string(text);
  }
  const bool is_harmless = escape_for_terminal(text, Backslash::keep) == text;
  return is_harmless ? in_single_quotes(text) : with_escapes(text);
}

}  // namespace nsplay
