#pragma once

// Text that comes from outside: splitting it, reading numbers from it, and making it harmless to
// print.

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace nsplay {

/// The parts of `text` between `separator`s. "a::b" has three, the empty text has one (empty) part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The words of `text`, separated by any number of blanks and tabs.
std::vector<std::string_view> split_words(std::string_view text);

/// The whole of `text` as a number in `base`: no sign unless Number has one, no blanks, no rest.
template <std::integral Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

enum class Backslash {
  escape,
  keep,  ///< the text may be escaped already: it comes out as it is
};

/// `text` with everything that could move a cursor, change a colour or fake a line made visible:
/// control characters become \n, \t or \xHH, invalid UTF-8 \xHH, backslash \\. The C1 controls
/// (U+0080–U+009F) and the characters that reorder a line (U+202A–U+202E, U+2066–U+2069) too.
std::string escape_for_terminal(std::string_view text, Backslash backslash = Backslash::escape);

/// `text` in single quotes, escaped for the terminal.
std::string quote(std::string_view text);

}  // namespace nsplay
