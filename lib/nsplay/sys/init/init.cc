// The init of a pid namespace, as a program without any library: it is in nobody's way, and nothing
// of nsplay's own is to be found in it. Its duty is written into the file before it is executed.

#include <sys/prctl.h>
#include <sys/syscall.h>

#include "nsplay/sys/bare_call.h"
#include "nsplay/sys/init/image.h"
#include "nsplay/sys/init/serve.h"

namespace {

using nsplay::sys::bare_call;
using nsplay::sys::InitDuty;
using nsplay::sys::InitOrders;

/// In what is only read, so that no memory of this program can be both written to and executed.
[[gnu::used]] const InitOrders orders = {
    {'n', 's', 'p', 'l', 'a', 'y', '-', 'i', 'n', 'i', 't', '-', 'd', 'u', 't', 'y'}, {}};

/// The compiler does not know what is written there.
InitDuty duty_of_orders() noexcept {
  const InitOrders* read = &orders;
  __asm__("" : "+r"(read));
  return read->duty;
}

long address(const char* text) noexcept {
  return reinterpret_cast<long>(text);
}

[[noreturn]] void end(int status) noexcept {
  for (;;) {
    bare_call(SYS_exit_group, status, 0, 0);
  }
}

}  // namespace

extern "C" [[noreturn, gnu::used]] void run_init() {
  if (bare_call(SYS_getpid, 0, 0, 0) == 1) {
    bare_call(SYS_prctl, PR_SET_NAME, address("nsplay-init"), 0);
    if (const int status = nsplay::sys::serve_as_init(duty_of_orders()); status >= 0) {
      end(status);
    }
  }
  // Somebody else has executed this file, by /proc/1/exe for one.
  constexpr char text[] =
      "nsplay: /proc/1/exe leads to nsplay's init here, which runs nothing for others\n";
  bare_call(SYS_write, 2, address(text), sizeof text - 1);
  end(126);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  and $-16, %rsp\n  call run_init\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n  mov x29, #0\n  bl run_init\n");
#endif
