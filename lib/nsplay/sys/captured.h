#pragma once

// A program of this machine that is asked something, or told to do something: it runs where we are,
// and what it writes comes back.

#include <cstddef>
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

/// A program that runs beside us, with these standard streams and no other file; it is killed when
/// its parent ends. Its status is 127 when there is no such program. Errors: those of clone(2).
Result<Child> start_beside(ExecImage& image, const ProgramStreams& streams);

/// Waits for its end. Errors: those of pipe2(2) and clone(2); EFBIG it writes more than `limit`
/// bytes, and is killed.
Result<Captured> run_captured(ExecImage& image, CapturedStream stream, std::size_t limit);

}  // namespace nsplay::sys
