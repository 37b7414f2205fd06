#pragma once

// Namespaces that no process is in, each kept alive in one way alone.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "nsplay/ns/kind.h"
#include "nsplay/sys/unique_fd.h"

#include "support/child_in_namespaces.h"
#include "support/pipes.h"
#include "support/temporary_directory.h"

namespace nsplay::test {

/// What the keeper does to keep a namespace, of which it has the descriptor for that time alone.
using Keep = std::function<void(int descriptor)>;

/// One more descriptor on it.
void keep_by_descriptor(int descriptor);

/// A message that nobody receives has the descriptor, unix(7).
void keep_by_message(int descriptor);

/// It is mounted on this file of a new file system in the directory, where nobody else sees it.
Keep keep_by_mount(std::string directory, std::string file);

class Keeper {
 public:
  /// A namespace of this kind, kept by a process in these namespaces.
  Keeper(ns::Kind kind, ns::KindSet of_keeper, const Keep& keep);

  [[nodiscard]] std::uint64_t inode() const { return inode_; }
  [[nodiscard]] const ChildInNamespaces& process() const { return *process_; }

  /// The namespace ends with it.
  void end() { process_->end(); }

 private:
  std::uint64_t inode_ = 0;
  sys::UniqueFd descriptor_;
  std::optional<ChildInNamespaces> process_;
};

/// A network namespace that a socket keeps, of a process that is not in it.
class SocketKeeper {
 public:
  SocketKeeper();

  [[nodiscard]] std::uint64_t inode() const { return inode_; }
  [[nodiscard]] const ChildInNamespaces& process() const { return process_; }

 private:
  PipeEnds pipe_ = open_pipe();
  ChildInNamespaces process_;
  std::uint64_t inode_ = 0;
};

}  // namespace nsplay::test
