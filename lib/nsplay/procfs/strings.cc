#include "nsplay/procfs/strings.h"

#include <algorithm>

#include "nsplay/base/text.h"

namespace nsplay::procfs {
namespace {

std::string_view without_nuls_behind(std::string_view text) {
  const auto last = text.find_last_not_of('\0');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

std::vector<std::string> parse_strings(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  if (text.back() == '\0') {
    text.remove_suffix(1);
  }
  const auto parts = split(text, '\0');
  return {parts.begin(), parts.end()};
}

std::vector<std::string> parse_environment(std::string_view text) {
  return parse_strings(without_nuls_behind(text));
}

std::string parse_command_line(std::string_view text) {
  // A process that writes its title there (setproctitle) leaves NULs behind it.
  std::string line(without_nuls_behind(text));
  std::replace(line.begin(), line.end(), '\0', ' ');
  return line;
}

}  // namespace nsplay::procfs
