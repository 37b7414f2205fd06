#include "nsplay/procfs/command_heads.h"

#include <array>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/glance.h"

namespace nsplay::procfs {

std::string command_head(const sys::UniqueFd& proc, pid_t pid) {
  const std::string name = std::to_string(pid) + "/cmdline";
  const sys::Opening file = sys::open_quietly(proc, name.c_str(), O_RDONLY);
  if (file.errnum != 0) {
    return {};
  }
  std::array<char, command_head_size> buffer = {};
  return {buffer.data(), sys::read_some(file.file.get(), buffer).bytes};
}

Result<std::vector<CommandHead>> command_heads(std::string_view beginning) {
  const std::vector<pid_t> pids = TRY(list_processes());
  const sys::UniqueFd proc = TRY(sys::open_file("/proc", O_RDONLY | O_DIRECTORY));
  std::vector<CommandHead> heads;
  for (const pid_t pid : pids) {
    std::string text =
        std::to_string(pid).starts_with(beginning) ? command_head(proc, pid) : std::string();
    if (!text.empty()) {
      heads.push_back({pid, std::move(text)});
    }
  }
  return heads;
}

}  // namespace nsplay::procfs
