#include "nsplay/base/time_offset.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/time_units.h"

namespace nsplay {
namespace {

constexpr std::int64_t per_second = 1'000'000'000;
constexpr std::size_t most_digits = 9;
constexpr std::string_view digits = "0123456789";

/// One number and what follows it in the text.
struct Part {
  std::int64_t whole = 0;
  std::int64_t billionths = 0;
  bool has_fraction = false;
};

/// The billionths that ".5" means; empty when the text does not begin with a fraction.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  text.remove_prefix(1);
  const auto size = std::min(text.find_first_not_of(digits), text.size());
  const auto number = parse_number<std::int64_t>(text.substr(0, size));
  if (!number || size > most_digits) {
    return std::nullopt;
  }
  text.remove_prefix(size);
  std::int64_t billionths = *number;
  for (auto missing = most_digits - size; missing > 0; --missing) {
    billionths *= 10;
  }
  return billionths;
}

std::optional<Part> take_number(std::string_view& text) {
  const auto size = std::min(text.find_first_not_of(digits), text.size());
  const auto whole = parse_number<std::int64_t>(text.substr(0, size));
  if (!whole || *whole > longest_time) {
    return std::nullopt;
  }
  text.remove_prefix(size);
  Part part{*whole, 0, text.starts_with('.')};
  if (part.has_fraction) {
    const auto billionths = take_fraction(text);
    if (!billionths) {
      return std::nullopt;
    }
    part.billionths = *billionths;
  }
  return part;
}

/// The nanoseconds that the text without sign means; empty when it means nothing.
std::optional<std::int64_t> nanoseconds_in(std::string_view text) {
  std::int64_t total = 0;
  const auto* next_unit = std::begin(time_units);
  do {
    const auto part = take_number(text);
    // A number alone means seconds; after another unit it would be a guess.
    const char unwritten = next_unit == std::begin(time_units) ? 's' : '\0';
    const char letter = text.empty() ? unwritten : text.front();
    const auto* unit = std::find_if(
        next_unit, std::end(time_units), [&](const TimeUnit& row) { return row.letter == letter; });
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    if (!part || unit == std::end(time_units) || (part->has_fraction && !text.empty()) ||
        part->whole > longest_time / unit->seconds) {
      return std::nullopt;
    }
    total += unit->seconds * (part->whole * per_second + part->billionths);
    if (total > longest_time * per_second) {
      return std::nullopt;
    }
    next_unit = std::next(unit);
  } while (!text.empty());
  return total;
}

}  // namespace

Result<std::chrono::nanoseconds> parse_time_offset(std::string_view text) {
  const bool has_sign = text.starts_with('-') || text.starts_with('+');
  const auto total = nanoseconds_in(text.substr(has_sign ? 1 : 0));
  if (!total) {
    return fail(Error::usage(fmt::format("{} is no offset of a clock", quote(text)),
                             "write it like 3d, -1.5h or 90s; at most 100 years either way"));
  }
  return std::chrono::nanoseconds(text.starts_with('-') ? -*total : *total);
}

}  // namespace nsplay
