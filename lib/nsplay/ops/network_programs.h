#pragma once

// The programs that give a net namespace a way out without privilege, and how each is started.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/sys/assumed_ids.h"

namespace nsplay::ops {

/// Which standard stream the program writes to once the interface is there.
enum class ReadyStream {
  in,   ///< it is only written to
  out,  ///< the net namespace is standard input then
  err,  ///< a line with its pid; the net namespace is standard input, the user namespace output
};

/// Where the child's namespaces are; pids below /proc need not be ours.
struct NetworkPlace {
  std::string net;
  std::optional<std::string> user;         ///< of a child that has one of its own
  std::optional<sys::UserAndGroup> owner;  ///< of that, where it is not the caller
};

/// How a program is started.
struct NetworkCall {
  ReadyStream ready = ReadyStream::out;
  std::vector<std::string> words;
};

struct NetworkProgram {
  std::string_view name;
  NetworkCall (*call)(const NetworkPlace& place);
};

/// In the order in which they are tried.
std::span<const NetworkProgram> network_programs() noexcept;

/// The cure of what such a program failed with; empty when it is not known.
std::string network_hint(std::string_view message);

}  // namespace nsplay::ops
