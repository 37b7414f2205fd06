#include "nsplay/procfs/strings.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  std::string joined;
  for (const std::string& part : nsplay::procfs::parse_strings(text)) {
    demand(part.find('\0') == std::string::npos);
    joined += part;
    joined += '\0';
  }
  demand(joined == text || joined == std::string(text) + '\0');
  const std::string line = nsplay::procfs::parse_command_line(text);
  demand(line.find('\0') == std::string::npos && line.size() <= text.size());
  demand(nsplay::procfs::parse_command_line(line) == line);
  return 0;
}
