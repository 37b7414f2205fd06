#pragma once

// What every fuzz target defines, and what it demands of a parser beyond not crashing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "nsplay/base/error.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace nsplay::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Something that is true whatever the input was.
inline void demand(bool holds) {
  if (!holds) {
    std::abort();
  }
}

/// No byte that a terminal would obey.
inline bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x20 && value != 0x7f;
  });
}

/// A refusal that may be printed as it is.
inline void demand_usage_error(const Error& error) {
  demand(error.trouble == Trouble::usage);
  demand(!error.what.empty() && is_printable(error.message()) && is_printable(error.hint));
}

}  // namespace nsplay::fuzz
