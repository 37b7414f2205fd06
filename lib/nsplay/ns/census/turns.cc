#include "nsplay/ns/census/turns.h"

#include <cerrno>

namespace nsplay::ns {

std::size_t number_of_scanners(std::size_t processes) noexcept {
  // Fewer are read before a second thread has begun.
  constexpr std::size_t processes_per_thread = 200;
  return std::min(sys::processors(), processes / processes_per_thread + 1);
}

bool means_no_descriptor(int errnum) noexcept {
  return errnum == EMFILE || errnum == ENFILE;
}

Error no_descriptor(int errnum) {
  return Error::of(errnum, "cannot hold every namespace", "")
      .with_hint("each needs a descriptor: raise the limit, ulimit -n, or ask for one kind");
}

}  // namespace nsplay::ns
