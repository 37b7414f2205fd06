#pragma once

// Pipes between a test and its processes. Whatever is waited for has to come in time, else the test
// fails.

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>

#include "nsplay/sys/unique_fd.h"

namespace nsplay::test {

/// Far more than anything takes, also in an emulated machine.
inline constexpr std::chrono::seconds long_enough(40);

struct PipeEnds {
  sys::UniqueFd read_end;
  sys::UniqueFd write_end;
};

/// Close-on-exec at both ends.
PipeEnds open_pipe();

/// False: the time is over.
bool wait_readable(const sys::UniqueFd& descriptor,
                   std::chrono::milliseconds patience = long_enough);

/// All of it, to a pipe or a file.
void write_text(int descriptor, std::string_view text);

/// Reads what a process writes to a pipe.
class PipeReader {
 public:
  explicit PipeReader(sys::UniqueFd descriptor) : descriptor_(std::move(descriptor)) {}

  /// One line, without its end. A failure of the test when there is none in time.
  std::string read_line();

  /// Lines until one that begins with `beginning`; returns the rest of that line.
  std::string read_line_after(std::string_view beginning);

  /// Everything until all writers have closed it; a failure of the test when they do not in time.
  std::string read_rest();

  /// What has been read so far, taken or not.
  [[nodiscard]] const std::string& everything() const { return everything_; }

 private:
  /// False: the end, or the time is over.
  bool read_some();

  sys::UniqueFd descriptor_;
  std::string everything_;
  std::size_t taken_ = 0;
  bool ended_ = false;
};

}  // namespace nsplay::test
