#pragma once

// execve(2) of a program that was looked up beforehand: after namespaces were crossed nothing is
// allocated and no name service is asked.

#include <string>
#include <vector>

namespace nsplay::sys {

/// What to run. `candidates` are tried in order, as execvp(3) does with PATH.
struct Program {
  std::vector<std::string> candidates;
  std::vector<std::string>
      arguments;  ///< the first is what the program is called; none: its file's name
  std::vector<std::string> environment;  ///< NAME=VALUE, in this order
};

enum class ExecTrouble {
  not_found,
  interpreter_not_found,  ///< the file is there; what its first line or its ELF header asks for is
                          ///< not
  not_executable,
};

struct ExecFailure {
  ExecTrouble trouble = ExecTrouble::not_found;
  int errnum = 0;
};

/// The texts as execve(2) takes a list: their beginnings, and a null pointer. Right as long as the
/// texts stay where they are.
std::vector<char*> pointers_to(std::vector<std::string>& texts);

/// A Program in the form that execve(2) takes.
class ExecImage {
 public:
  explicit ExecImage(Program program);
  ExecImage(ExecImage&&) noexcept = default;
  ExecImage& operator=(ExecImage&&) noexcept = default;
  ExecImage(const ExecImage&) = delete;  // the pointers are into this very object's strings
  ExecImage& operator=(const ExecImage&) = delete;
  ~ExecImage() = default;

  /// Returns only on failure.
  [[nodiscard]] ExecFailure execute() noexcept;

 private:
  Program program_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  bool is_nameless_ = false;
};

/// A copy of this process's environment.
std::vector<std::string> own_environment();

}  // namespace nsplay::sys
