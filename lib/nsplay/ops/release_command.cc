#include "nsplay/ops/release_command.h"

#include <string_view>

#include <fmt/format.h>

#include "nsplay/base/shell_word.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

using ns::HolderType;

std::string name_of(const ns::NamespaceRef& ref) {
  return fmt::format("{}:{}", ns::name_of(ref.kind), ref.inode);
}

bool is_kernel_thread(const ListedProcess& process) {
  constexpr pid_t kthreadd = 2;
  const bool has_no_arguments = process.command && process.command->starts_with('[');
  return has_no_arguments && (process.pid == kthreadd || process.parent == kthreadd);
}

/// Elsewhere there may be no umount(8).
std::string command_for_mount(const NamespaceHolder& holder) {
  const std::string path = shell_word(holder.holder.path);
  return holder.relative ? fmt::format("nsplay stop --in {} {}", name_of(*holder.relative), path)
                         : fmt::format("umount {}", path);
}

std::string command_for_process(const NamespaceHolder& holder) {
  const auto& process = holder.process;
  if (holder.holder.pid == sys::own_pid() || (process && is_kernel_thread(*process))) {
    return {};
  }
  const bool needs_kill = process && process->ending_signal == EndingSignal::kill;
  return fmt::format("kill {}{}", needs_kill ? "-KILL " : "", holder.holder.pid);
}

/// Whoever has started it has to wait for it, or end.
std::string command_for_zombie(const NamespaceHolder& holder) {
  constexpr pid_t init = 1;
  const pid_t parent = holder.process ? holder.process->parent.value_or(0) : 0;
  return parent <= init || parent == sys::own_pid() ? "" : fmt::format("kill {}", parent);
}

}  // namespace

std::string release_command(const NamespaceHolder& holder) {
  switch (holder.holder.type) {
    case HolderType::mount:
      return command_for_mount(holder);
    case HolderType::child:
    case HolderType::owned:
      return holder.relative ? fmt::format("nsplay holders {}", name_of(*holder.relative)) : "";
    case HolderType::zombie:
      return command_for_zombie(holder);
    default:
      return command_for_process(holder);
  }
}

}  // namespace nsplay::ops
