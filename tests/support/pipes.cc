#include "support/pipes.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <gtest/gtest.h>

#include "nsplay/sys/retry.h"

namespace nsplay::test {

PipeEnds open_pipe() {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  return {sys::UniqueFd(ends[0]), sys::UniqueFd(ends[1])};
}

bool wait_readable(const sys::UniqueFd& descriptor, std::chrono::milliseconds patience) {
  pollfd set = {descriptor.get(), POLLIN, 0};
  return sys::retry([&] { return ::poll(&set, 1, static_cast<int>(patience.count())); }) > 0;
}

void write_text(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = sys::retry([&] { return ::write(descriptor, text.data(), text.size()); });
    if (count <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool PipeReader::read_some() {
  if (ended_ || !wait_readable(descriptor_)) {
    return false;
  }
  std::array<char, 4096> buffer = {};
  const auto count =
      sys::retry([&] { return ::read(descriptor_.get(), buffer.data(), buffer.size()); });
  if (count <= 0) {
    ended_ = true;
    return false;
  }
  everything_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::string PipeReader::read_line() {
  auto end = everything_.find('\n', taken_);
  while (end == std::string::npos) {
    if (!read_some()) {
      ADD_FAILURE() << (ended_ ? "the output ended" : "no line came in time") << " after:\n"
                    << everything_;
      return {};
    }
    end = everything_.find('\n', taken_);
  }
  std::string line = everything_.substr(taken_, end - taken_);
  taken_ = end + 1;
  return line;
}

std::string PipeReader::read_line_after(std::string_view beginning) {
  for (;;) {
    const std::size_t before = taken_;
    const std::string line = read_line();
    if (taken_ == before) {
      return {};  // the failure is on record
    }
    if (std::string_view(line).starts_with(beginning)) {
      return line.substr(beginning.size());
    }
  }
}

std::string PipeReader::read_rest() {
  while (read_some()) {
  }
  if (!ended_) {
    ADD_FAILURE() << "the output has not ended in time after:\n" << everything_;
  }
  std::string rest = everything_.substr(taken_);
  taken_ = everything_.size();
  return rest;
}

}  // namespace nsplay::test
