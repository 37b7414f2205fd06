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

/// Volatile: the compiler does not know what is written there.
[[gnu::used]] const volatile InitOrders orders = {
    {'n', 's', 'p', 'l', 'a', 'y', '-', 'i', 'n', 'i', 't', '-', 'd', 'u', 't', 'y'}, {}};

InitDuty duty_of_orders() noexcept {
  InitDuty duty;
  duty.program = orders.duty.program;
  duty.signals = orders.duty.signals;
  duty.lifeline = orders.duty.lifeline;
  duty.stops = orders.duty.stops;
  duty.end_signal = orders.duty.end_signal;
  return duty;
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
  // Somebody else has executed this file, by /proc/1/exe for one.
  if (bare_call(SYS_getpid, 0, 0, 0) != 1) {
    constexpr char text[] =
        "nsplay: /proc/1/exe leads to nsplay's init here, which runs nothing for others\n";
    bare_call(SYS_write, 2, address(text), sizeof text - 1);
    end(126);
  }
  bare_call(SYS_prctl, PR_SET_NAME, address("nsplay-init"), 0);
  end(nsplay::sys::serve_as_init(duty_of_orders()));
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  and $-16, %rsp\n  call run_init\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n  mov x29, #0\n  bl run_init\n");
#endif
