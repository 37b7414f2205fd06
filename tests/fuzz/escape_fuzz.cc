#include <string>

#include <nlohmann/json.hpp>

#include "nsplay/base/text.h"

#include "fuzz_target.h"

using nsplay::Backslash;
using nsplay::escape_for_terminal;
using nsplay::fuzz::demand;

namespace {

/// Nothing that a terminal obeys, and UTF-8 in the judgement of somebody else (who throws).
void demand_harmless(const std::string& text) {
  demand(nsplay::fuzz::is_printable(text));
  demand(nlohmann::json(text).dump().size() >= text.size());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool is_c1 = text[i] == '\xc2' && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    demand(!is_c1);
  }
}

/// What was escaped.
std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char letter = text.at(++i);
    if (letter == 'x') {
      out += static_cast<char>(*nsplay::parse_number<unsigned>(text.substr(i + 1, 2), 16));
      i += 2;
    } else {
      demand(letter == 'n' || letter == 't' || letter == '\\');
      out += letter == 'n' ? '\n' : letter == 't' ? '\t' : '\\';
    }
  }
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const std::string escaped = escape_for_terminal(text);
  demand_harmless(escaped);
  demand(unescape(escaped) == text);
  demand(escape_for_terminal(escaped, Backslash::keep) == escaped);
  const std::string kept = escape_for_terminal(text, Backslash::keep);
  demand_harmless(kept);
  demand(escape_for_terminal(kept, Backslash::keep) == kept);
  return 0;
}
