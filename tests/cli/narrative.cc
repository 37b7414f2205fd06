#include "cli/narrative.h"

#include <sstream>
#include <string_view>

namespace nsplay::test {

Words narrated_in(const std::string& text) {
  constexpr std::string_view prefix = "nsplay: narrate: ";
  Words lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(prefix)) {
      lines.push_back(line.substr(prefix.size()));
    }
  }
  return lines;
}

}  // namespace nsplay::test
