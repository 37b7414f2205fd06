#pragma once

// A program of this machine that is asked something, or told to do something: it runs where we are,
// and what it writes comes back.

#include <cstddef>
#include <functional>
#include <string>

#include "nsplay/base/result.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/execution.h"

namespace nsplay::sys {

/// What comes back; the other standard streams are /dev/null.
enum class CapturedStream { output, errors };

struct Captured {
  std::string text;
  int status = 0;  ///< as a shell tells it: 127 when there is no such program
};

/// Bytes that are read of what a program says when it fails.
constexpr std::size_t message_limit = 64UL * 1024;

/// Numbers of descriptors from 3 on.
struct ProgramStreams {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// A program that runs beside us, with these standard streams and no other file, the leader of a
/// process group of its own; it is killed when its parent ends. Its status is 127 when there is no
/// such program. Errors: those of clone(2).
Result<Child> start_beside(ExecImage& image, const ProgramStreams& streams);

/// Returns once the descriptor can be read, or with an error where that is not worth waiting for.
using Await = std::function<Result<>(const UniqueFd&)>;

/// Waits for its end, by `await` where there is one. The program has a process group of its own,
/// which is killed when that fails, and when this process is. Errors: those of pipe2(2), clone(2)
/// and `await`; EFBIG it writes more than `limit` bytes, and is killed.
Result<Captured> run_captured(ExecImage& image,
                              CapturedStream stream,
                              std::size_t limit,
                              const Await& await = {});

}  // namespace nsplay::sys
