#include "nsplay/base/text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace nsplay {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 0;  ///< bytes; 0: the bytes are not UTF-8
};

struct Lead {
  std::size_t length;
  std::uint32_t smallest;  ///< anything below is an overlong form, which decoders must refuse
  unsigned char mask;
  unsigned char bits;
};

constexpr Lead leads[] = {
    {1, 0x0, 0x80, 0x00},
    {2, 0x80, 0xe0, 0xc0},
    {3, 0x800, 0xf0, 0xe0},
    {4, 0x10000, 0xf8, 0xf0},
};

bool is_scalar(std::uint32_t value) {
  return value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

CodePoint decode(std::string_view text, const Lead& lead) {
  if (text.size() < lead.length) {
    return {};
  }
  std::uint32_t value =
      static_cast<unsigned char>(text[0]) & static_cast<unsigned>(~lead.mask & 0xff);
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80U) {
      return {};
    }
    value = (value << 6U) | (byte & 0x3fU);
  }
  return value >= lead.smallest && is_scalar(value) ? CodePoint{value, lead.length} : CodePoint{};
}

CodePoint first_code_point(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const auto* lead = std::find_if(std::begin(leads), std::end(leads), [&](const Lead& row) {
    return (first & row.mask) == row.bits;
  });
  return lead == std::end(leads) ? CodePoint{} : decode(text, *lead);
}

bool is_harmless(std::uint32_t value) {
  const bool control = value < 0x20 || (value >= 0x7f && value <= 0x9f);
  const bool reorders =
      (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
  const bool separates_lines = value == 0x2028 || value == 0x2029;
  return !control && !reorders && !separates_lines;
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) {
    switch (byte) {
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      return words;
    }
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string escape_for_terminal(std::string_view text, Backslash backslash) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    const auto bytes = text.substr(0, std::max<std::size_t>(code_point.length, 1));
    const bool as_it_is = bytes != "\\" || backslash == Backslash::keep;
    if (code_point.length != 0 && is_harmless(code_point.value) && as_it_is) {
      out += bytes;
    } else {
      append_escaped(out, bytes);
    }
    text.remove_prefix(bytes.size());
  }
  return out;
}

std::string quote(std::string_view text) {
  return fmt::format("'{}'", escape_for_terminal(text));
}

}  // namespace nsplay
