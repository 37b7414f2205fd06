#include "nsplay/procfs/strings.h"

#include <algorithm>

#include "nsplay/base/text.h"

namespace nsplay::procfs {

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

std::string parse_command_line(std::string_view text) {
  // A process that writes its title there (setproctitle) leaves NULs behind it.
  const auto last = text.find_last_not_of('\0');
  std::string line(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
  std::replace(line.begin(), line.end(), '\0', ' ');
  return line;
}

}  // namespace nsplay::procfs
