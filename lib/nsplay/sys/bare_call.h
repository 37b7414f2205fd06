#pragma once

// A system call without the C library. For what must not touch errno: a program that has no
// library, and a process that shares the memory of another one (start_child_in_same_memory()).

namespace nsplay::sys {

/// The result as the kernel gives it: an error is its number, negative.
#if defined(__x86_64__)
inline long bare_call(long number, long first, long second, long third, long fourth = 0) noexcept {
  long result = 0;
  register long fourth_register __asm__("r10") = fourth;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(first), "S"(second), "d"(third), "r"(fourth_register)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
inline long bare_call(long number, long first, long second, long third, long fourth = 0) noexcept {
  register long number_register __asm__("x8") = number;
  register long first_register __asm__("x0") = first;
  register long second_register __asm__("x1") = second;
  register long third_register __asm__("x2") = third;
  register long fourth_register __asm__("x3") = fourth;
  __asm__ volatile(
      "svc 0"
      : "+r"(first_register)
      : "r"(number_register), "r"(second_register), "r"(third_register), "r"(fourth_register)
      : "memory");
  return first_register;
}
#endif

}  // namespace nsplay::sys
