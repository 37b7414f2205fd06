// A program without any library that executes another one. Its words: the descriptor that a failure
// is reported to, or "-" when it has to be told on stderr; how many candidates there are; the
// candidates; and the arguments of the program, which without any is called by its file's name.

#include <initializer_list>

#include "nsplay/sys/bare_call.h"
#include "nsplay/sys/candidates.h"

namespace {

using nsplay::sys::bare_call;
using nsplay::sys::ExecFailure;

#if defined(__x86_64__)
constexpr long execve_number = 59;
constexpr long fcntl_number = 72;
constexpr long newfstatat_number = 262;
constexpr long openat_number = 257;
constexpr long write_number = 1;
constexpr long exit_group_number = 231;
constexpr long o_directory = 0200000;
#elif defined(__aarch64__)
constexpr long execve_number = 221;
constexpr long fcntl_number = 25;
constexpr long newfstatat_number = 79;
constexpr long openat_number = 56;
constexpr long write_number = 64;
constexpr long exit_group_number = 94;
constexpr long o_directory = 040000;
#endif

long address(const void* pointer) {
  return reinterpret_cast<long>(pointer);
}

unsigned long number_in(const char* digits) {
  unsigned long number = 0;
  for (; *digits != 0; ++digits) {
    number = number * 10 + static_cast<unsigned long>(*digits - '0');
  }
  return number;
}

char* file_name_of(char* path) {
  char* name = path;
  for (; *path != 0; ++path) {
    name = *path == '/' ? path + 1 : name;
  }
  return name;
}

/// Where st_mode lies in a struct stat depends on the machine; open(2) tells a directory
/// everywhere.
int absence_of(const char* path) {
  constexpr long at_fdcwd = -100;
  constexpr long o_path = 010000000;
  constexpr long o_cloexec = 02000000;
  char status[256];  // larger than any struct stat
  const long error = -bare_call(newfstatat_number, at_fdcwd, address(path), address(status));
  if (error != 0) {
    return static_cast<int>(error);
  }
  const long flags = o_path | o_directory | o_cloexec;
  const bool is_directory = bare_call(openat_number, at_fdcwd, address(path), flags) >= 0;
  return is_directory ? nsplay::sys::exec_errno::directory : 0;
}

constexpr int not_executable = 126;
constexpr int not_found = 127;

[[noreturn]] void end(int status) {
  for (;;) {
    bare_call(exit_group_number, status, 0, 0);
  }
}

void say(const char* text) {
  constexpr long standard_error = 2;
  const char* last = text;
  for (; *last != 0; ++last) {
  }
  bare_call(write_number, standard_error, address(text), last - text);
}

const char* name_of(int error) {
  switch (error) {
    case nsplay::sys::exec_errno::no_entry:
      return "No such file or directory";
    case nsplay::sys::exec_errno::access_denied:
      return "Permission denied";
    case nsplay::sys::exec_errno::no_format:
      return "Exec format error";
    default:
      return "it cannot be executed";
  }
}

void tell(const ExecFailure& failure, const char* program) {
  for (const char* part : {"nsplay: execve ", program, ": ", name_of(failure.errnum), "\n"}) {
    say(part);
  }
}

}  // namespace

/// What follows the words on the stack is the environment (execve(2)).
extern "C" [[noreturn, gnu::used]] void launch(long* stack) {
  constexpr long set_flags = 2;
  constexpr long close_on_exec = 1;
  const auto words = static_cast<unsigned long>(stack[0]);
  char** arguments = reinterpret_cast<char**>(stack + 1);
  char** environment = arguments + words + 1;
  // Somebody else has executed this file, by /proc/self/exe for one.
  if (words < 3 || number_in(arguments[1]) > words - 2) {
    say("nsplay: /proc/self/exe leads to nsplay's launcher here, which runs nothing for others\n");
    end(not_executable);
  }
  const bool tells = *arguments[0] == '-';
  const auto report = static_cast<long>(tells ? 0 : number_in(arguments[0]));
  const unsigned long count = number_in(arguments[1]);
  char** candidates = arguments + 2;
  char** program = candidates + count;
  const bool is_nameless = *program == nullptr;
  char* only_name[2] = {nullptr, nullptr};
  if (!tells) {
    bare_call(fcntl_number, report, set_flags, close_on_exec);
  }
  const ExecFailure failure = nsplay::sys::try_candidates(
      count,
      [&](unsigned long i) {
        only_name[0] = file_name_of(candidates[i]);
        return static_cast<int>(-bare_call(execve_number,
                                           address(candidates[i]),
                                           address(is_nameless ? only_name : program),
                                           address(environment)));
      },
      [&](unsigned long i) { return absence_of(candidates[i]); });
  if (tells) {
    tell(failure, is_nameless ? candidates[0] : program[0]);
  } else {
    bare_call(write_number, report, address(&failure), sizeof failure);
  }
  const bool is_there = failure.trouble == nsplay::sys::ExecTrouble::not_executable ||
                        failure.trouble == nsplay::sys::ExecTrouble::directory;
  end(is_there ? not_executable : not_found);
}

#if defined(__x86_64__)
__asm__(
    ".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call "
    "launch\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x0, sp\n  bl launch\n");
#endif
