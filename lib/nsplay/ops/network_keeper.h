#pragma once

// The process that keeps the program which gives a net namespace a way out: it starts the first one
// that is installed, tells its front process what came of that, and ends the program when the
// namespace is no longer wanted.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "nsplay/ns/handle.h"
#include "nsplay/ops/network_programs.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

struct NetworkCandidate {
  std::string_view name;
  ReadyStream ready = ReadyStream::out;
  std::vector<std::string> words;
  sys::ExecImage image;
};

enum class NetworkOutcome { ready, missing, failed };

/// What came of the candidates. A message may follow it in the pipe.
struct NetworkAnswer {
  NetworkOutcome outcome = NetworkOutcome::missing;
  std::uint32_t missing = 0;  ///< so many were tried before, and do not exist
  pid_t program = 0;          ///< of the next one; 0: it could not be started
  int errnum = 0;             ///< why
};

/// What the keeper has of its front process.
struct NetworkKeeping {
  std::vector<NetworkCandidate> candidates;
  sys::UniqueFd child;                 ///< its pidfd
  ns::NamespaceHandle net_namespace;   ///< the child's
  ns::NamespaceHandle user_namespace;  ///< the child's, if somebody else owns it
  sys::UniqueFd null_device;
  sys::Pipe lifeline;  ///< a byte: the front process may end
  sys::Pipe reports;   ///< a NetworkAnswer
};

/// The keeper's whole life, away from the terminal and from its signals, with nothing of its front
/// process. Its exit status.
int keep_network(NetworkKeeping& keeping);

}  // namespace nsplay::ops
