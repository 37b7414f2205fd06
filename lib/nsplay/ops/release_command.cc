#include "nsplay/ops/release_command.h"

#include <string_view>

#include <fmt/format.h>

#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

using ns::HolderType;

constexpr std::string_view harmless =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:@%,";

/// One word of a shell's command line, whatever it is made of; bytes that a terminal would take for
/// something else are written as $'\x1b' has them.
std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos) {
    return std::string(text);
  }
  std::string word = "$'";
  for (const char byte : text) {
    if (byte >= ' ' && byte <= '~' && byte != '\'' && byte != '\\') {
      word += byte;
    } else {
      word += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return word + "'";
}

std::string name_of(const ns::NamespaceRef& ref) {
  return fmt::format("{}:{}", ns::name_of(ref.kind), ref.inode);
}

bool is_kernel_thread(const ListedProcess& process) {
  constexpr pid_t kthreadd = 2;
  const bool has_no_arguments = process.command && process.command->starts_with('[');
  return has_no_arguments && (process.pid == kthreadd || process.parent == kthreadd);
}

std::string command_for_mount(const NamespaceHolder& holder) {
  const std::string unmount = fmt::format("umount {}", shell_word(holder.holder.path));
  return holder.relative ? fmt::format("nsplay join {} -- {}", name_of(*holder.relative), unmount)
                         : unmount;
}

std::string command_for_process(const NamespaceHolder& holder) {
  const bool is_left_alone =
      holder.holder.pid == sys::own_pid() || (holder.process && is_kernel_thread(*holder.process));
  return is_left_alone ? "" : fmt::format("kill {}", holder.holder.pid);
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
