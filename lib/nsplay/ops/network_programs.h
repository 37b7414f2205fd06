#pragma once

// The programs that give a net namespace a way out without privilege, and how each is started.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nsplay::ops {

/// Which standard stream the program writes to once the interface is there.
enum class ReadyStream {
  in,   ///< it is only written to
  out,  ///< the net namespace is standard input then
};

/// Where the child's namespaces are; pids below /proc need not be ours.
struct NetworkPlace {
  std::string net;
  std::optional<std::string> user;  ///< of a child that has one of its own
};

struct NetworkProgram {
  std::string_view name;
  ReadyStream ready;
  std::vector<std::string> (*words)(const NetworkPlace& place);
};

/// In the order in which they are tried.
std::span<const NetworkProgram> network_programs() noexcept;

/// The cure of what such a program failed with; empty when it is not known.
std::string network_hint(std::string_view message);

}  // namespace nsplay::ops
