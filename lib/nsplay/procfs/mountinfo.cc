#include "nsplay/procfs/mountinfo.h"

#include <algorithm>
#include <optional>

#include "nsplay/base/text.h"

namespace nsplay::procfs {
namespace {

constexpr std::size_t root_field = 3;
constexpr std::size_t mount_point_field = 4;
constexpr std::size_t first_optional_field = 6;

bool is_octal(std::string_view digits) {
  return digits.find_first_not_of("01234567") == std::string_view::npos;
}

/// Blanks, line ends and backslashes are written as "\\040".
std::string unescape(std::string_view field) {
  std::string text;
  while (!field.empty()) {
    const bool is_escape =
        field.front() == '\\' && field.size() >= 4 && is_octal(field.substr(1, 3));
    if (is_escape) {
      text += static_cast<char>((field[1] - '0') * 64 + (field[2] - '0') * 8 + (field[3] - '0'));
    } else {
      text += field.front();
    }
    field.remove_prefix(is_escape ? 4 : 1);
  }
  return text;
}

std::optional<Mount> parse_mount(std::string_view line) {
  const auto fields = split(line, ' ');
  if (fields.size() <= first_optional_field) {
    return std::nullopt;
  }
  // A single hyphen ends the optional fields; type, source and options follow.
  const auto hyphen = std::find(fields.begin() + first_optional_field, fields.end(), "-");
  if (fields.end() - hyphen < 4) {
    return std::nullopt;
  }
  return Mount{unescape(fields[root_field]),
               unescape(fields[mount_point_field]),
               unescape(*(hyphen + 1)),
               unescape(*(hyphen + 3))};
}

}  // namespace

Result<std::vector<Mount>> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) {
      continue;
    }
    auto mount = parse_mount(line);
    if (!mount) {
      return fail(Error::of(0, "malformed mountinfo", ""));
    }
    mounts.push_back(*std::move(mount));
  }
  return mounts;
}

std::vector<Mount> readable_mounts(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : split(text, '\n')) {
    if (auto mount = parse_mount(line)) {
      mounts.push_back(*std::move(mount));
    }
  }
  return mounts;
}

bool has_option(std::string_view options, std::string_view option) {
  const auto parts = split(options, ',');
  return std::find(parts.begin(), parts.end(), option) != parts.end();
}

}  // namespace nsplay::procfs
