#pragma once

// Which of several paths is executed, as execvp(3) decides it. Without any library, for it is part
// of the launcher too.

namespace nsplay::sys {

enum class ExecTrouble : int {
  not_found,
  interpreter_not_found,  ///< the file is there; what its first line or its ELF header asks for is
                          ///< not
  not_executable,
  directory,  ///< and as such not executable
};

struct ExecFailure {
  ExecTrouble trouble = ExecTrouble::not_found;
  int errnum = 0;
};

/// The same numbers on every machine (errno(3)).
namespace exec_errno {
constexpr int no_entry = 2;
constexpr int no_format = 8;
constexpr int access_denied = 13;
constexpr int not_a_directory = 20;
constexpr int directory = 21;
}  // namespace exec_errno

/// Tries `count` candidates: `execute(i)` returns the errno of its execve(2), `absence(i)` why the
/// file is not there, 0 when it is, EISDIR when it is a directory. Returns only on failure.
template <typename Execute, typename Absence>
ExecFailure try_candidates(unsigned long count, const Execute& execute, const Absence& absence) {
  using exec_errno::access_denied;
  using exec_errno::no_entry;
  using exec_errno::not_a_directory;
  ExecFailure failure{ExecTrouble::not_found, no_entry};
  for (unsigned long i = 0; i < count; ++i) {
    const int error = execute(i);
    const int missing = absence(i);
    if (missing == no_entry || missing == not_a_directory) {
      continue;
    }
    if (error == no_entry || error == not_a_directory) {
      return {ExecTrouble::interpreter_not_found, error};
    }
    // In the search of a name, a directory that may not be searched has nothing.
    if (missing == access_denied && count > 1) {
      continue;
    }
    failure = {
        missing == exec_errno::directory ? ExecTrouble::directory : ExecTrouble::not_executable,
        error};
    if (error != access_denied) {
      return failure;
    }
  }
  return failure;
}

}  // namespace nsplay::sys
