#include "nsplay/procfs/limits.h"

#include "nsplay/base/text.h"

namespace nsplay::procfs {
namespace {

/// The name's column, padded with blanks.
constexpr std::size_t name_width = 25;

bool read_value(std::string_view word, std::optional<std::uint64_t>& value) {
  if (word == "unlimited") {
    return true;
  }
  value = parse_number<std::uint64_t>(word);
  return value.has_value();
}

}  // namespace

Result<std::vector<LimitLine>> parse_limits(std::string_view text) {
  std::vector<LimitLine> limits;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty() || line.starts_with("Limit ")) {
      continue;
    }
    const auto name = line.substr(0, name_width);
    const auto words = split_words(line.substr(name.size()));
    LimitLine limit;
    limit.name = name.substr(0, name.find_last_not_of(' ') + 1);
    if (words.size() < 2 || !read_value(words[0], limit.soft) ||
        !read_value(words[1], limit.hard)) {
      return fail(Error::of(0, "malformed list of limits", ""));
    }
    limits.push_back(std::move(limit));
  }
  return limits;
}

}  // namespace nsplay::procfs
