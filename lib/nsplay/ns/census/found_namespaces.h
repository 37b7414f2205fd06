#pragma once

// The namespaces that one thread has found by descriptors of processes.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/holders.h"
#include "nsplay/ns/census/inventory.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ns {

struct OpenDescriptor {
  HolderType type;  ///< descriptor or socket
  pid_t pid;
  int descriptor;
};

struct FoundNamespace {
  std::optional<NamespaceHandle> handle;  ///< empty where the inventory has it
  std::vector<OpenDescriptor> descriptors;
};

class FoundNamespaces {
 public:
  /// `known` outlives this, and is not changed meanwhile.
  explicit FoundNamespaces(const Inventory& known) noexcept : known_(&known) {}

  [[nodiscard]] bool is_held(std::uint64_t inode) const {
    return known_->find(inode) || by_inode_.contains(inode);
  }

  /// One that is not held yet.
  void hold(Result<NamespaceHandle> handle);

  /// Of one that is held.
  void add(std::uint64_t inode, const OpenDescriptor& descriptor) {
    by_inode_[inode].descriptors.push_back(descriptor);
  }

  /// Remembers an errno that says that no further descriptor may be had.
  void note(int errnum) noexcept;

  /// That of a descriptor that could not be had; 0: none.
  [[nodiscard]] int failure() const noexcept { return failure_; }

  [[nodiscard]] std::unordered_map<std::uint64_t, FoundNamespace>& by_inode() noexcept {
    return by_inode_;
  }

 private:
  const Inventory* known_;
  std::unordered_map<std::uint64_t, FoundNamespace> by_inode_;
  int failure_ = 0;
};

}  // namespace nsplay::ns
