#pragma once

// What keeps a namespace alive: namespaces(7), "Namespace lifetime".

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace nsplay::ns {

enum class HolderType : std::uint8_t {
  process,     ///< is in it
  thread,      ///< is in it without its process
  pending,     ///< a task whose next child will be in it
  zombie,      ///< has ended, and its parent has not waited for it: user and pid namespaces
  descriptor,  ///< of a process, open on it
  socket,      ///< of a process that is in another network namespace
  mount,       ///< a file on which it is bound
  child,       ///< a user or pid namespace below it
  owned,       ///< a namespace that belongs to this user namespace
};

struct Holder {
  HolderType type = HolderType::process;
  pid_t pid = 0;                        ///< the process
  pid_t tid = 0;                        ///< the thread; that of `pid`: the process itself
  int descriptor = -1;                  ///< of a descriptor or a socket
  std::string path;                     ///< of a mount
  std::optional<std::size_t> relative;  ///< which entry: the mount namespace of a mount, empty for
                                        ///< the caller's; the child, the owned one
};

}  // namespace nsplay::ns
