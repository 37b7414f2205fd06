#include "nsplay/ops/detached_child.h"

#include <csignal>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/signals.h"

namespace nsplay::ops {
namespace {

void send_word(sys::UniqueFd& pipe) noexcept {
  const char byte = 1;
  if (pipe) {
    sys::send_bytes(pipe, &byte, sizeof byte);
  }
  pipe.reset();
}

int guard(const sys::Child& child, const sys::UniqueFd& word) {
  sys::block_all_signals();
  sys::start_session();
  // Also our copies of what the child waits for, and of the caller's pipes.
  sys::close_from(0, {word.get(), child.pidfd().get()});
  char byte = 0;
  if (!sys::receive_bytes(word, &byte, sizeof byte)) {
    child.send_signal(SIGKILL);
  }
  return 0;
}

}  // namespace

Result<UntoldProgramGuard> UntoldProgramGuard::over(const sys::Child& child) {
  sys::Pipe word = TRY(sys::make_pipe());
  sys::Child process = TRY(sys::start_child(0, [&] {
    word.write_end.reset();
    return guard(child, word.read_end);
  }));
  return UntoldProgramGuard(std::move(process), std::move(word.write_end));
}

void UntoldProgramGuard::release() noexcept {
  send_word(word_);
  if (process_.pid() != 0) {
    static_cast<void>(process_.wait());
  }
}

void DetachedChild::release() noexcept {
  guard_.release();
  send_word(go_);
  child_.release();
}

}  // namespace nsplay::ops
