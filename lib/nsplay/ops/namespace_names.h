#pragma once

// What namespaces are called: those of plays, and the network namespaces of ip-netns(8).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/ns/handle.h"

namespace nsplay::ops {

class NamespaceNames {
 public:
  /// The caller's plays that are alive. A register that cannot be read has none.
  static NamespaceNames read();

  /// As a TARGET: "play:web", "netns:blue". `mounts`: on which files it is bound. Empty: it has no
  /// name.
  [[nodiscard]] std::optional<std::string> name_of(const ns::NamespaceRef& ref,
                                                   const std::vector<std::string>& mounts) const;

  /// Whether a play of the caller's was made with it.
  [[nodiscard]] bool is_of_play(const ns::NamespaceRef& ref) const;

 private:
  struct Named {
    ns::NamespaceRef ref;
    std::string play;
  };

  std::map<std::uint64_t, Named> plays_;  ///< by inode
};

}  // namespace nsplay::ops
