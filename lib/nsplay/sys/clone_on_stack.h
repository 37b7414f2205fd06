#pragma once

// clone3(2) with a stack for the child, which the C library has no function for.

#include <linux/sched.h>
#include <sys/syscall.h>

#include <cerrno>

namespace nsplay::sys {

/// The child runs `body` on the stack that `arguments` names, and ends with what it returns. The
/// pid, or -1 with errno.
// NOLINTNEXTLINE(readability-non-const-parameter): the kernel writes into it
inline long clone3_on_stack(clone_args& arguments, int (*body)(void*), void* argument) noexcept {
#if defined(__x86_64__)
  long result = 0;
  register auto body_register __asm__("r8") = body;
  register void* argument_register __asm__("r9") = argument;
  __asm__ volatile(
      "syscall\n  test %%rax, %%rax\n  jnz 1f\n"
      "  xor %%ebp, %%ebp\n  mov %%r9, %%rdi\n  call *%%r8\n"
      "  mov %%eax, %%edi\n  mov %[exit], %%eax\n  syscall\n  hlt\n1:"
      : "=a"(result)
      : "a"(SYS_clone3),
        "D"(&arguments),
        "S"(sizeof arguments),
        "r"(body_register),
        "r"(argument_register),
        [exit] "i"(SYS_exit_group)
      : "rcx", "r11", "cc", "memory");
#elif defined(__aarch64__)
  register long number_register __asm__("x8") = SYS_clone3;
  register clone_args* arguments_register __asm__("x0") = &arguments;
  register unsigned long size_register __asm__("x1") = sizeof arguments;
  register auto body_register __asm__("x9") = body;
  register void* argument_register __asm__("x10") = argument;
  __asm__ volatile(
      "svc 0\n  cbnz x0, 1f\n"
      "  mov x29, #0\n  mov x0, x10\n  blr x9\n"
      "  mov x8, %[exit]\n  svc 0\n  brk #0\n1:"
      : "+r"(arguments_register)
      : "r"(number_register),
        "r"(size_register),
        "r"(body_register),
        "r"(argument_register),
        [exit] "i"(SYS_exit_group)
      : "cc", "memory");
  const long result = reinterpret_cast<long>(arguments_register);
#endif
  if (result < 0) {
    errno = static_cast<int>(-result);
    return -1;
  }
  return result;
}

}  // namespace nsplay::sys
