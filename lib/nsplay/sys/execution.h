#pragma once

// execve(2) of a program that was looked up beforehand: after namespaces were crossed nothing is
// allocated and no name service is asked.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/sys/candidates.h"
#include "nsplay/sys/files.h"

namespace nsplay::sys {

class InitProgram;
struct InitDuty;

/// What to run. `candidates` are tried in order, as execvp(3) does with PATH.
struct Program {
  std::vector<std::string> candidates;
  std::vector<std::string>
      arguments;  ///< the first is what the program is called; none: its file's name
  std::vector<std::string> environment;  ///< NAME=VALUE, in this order
};

/// The texts as execve(2) takes a list: their beginnings, and a null pointer. Right as long as the
/// texts stay where they are.
std::vector<char*> pointers_to(std::vector<std::string>& texts);

/// A program of few bytes in a sealed memfd, which executes another one. Between a crossing and the
/// program's execve(2), /proc/self/exe is this file then, and not the binary of nsplay, which a
/// hostile target could have executed and get hold of that way (CVE-2019-5736).
class [[nodiscard]] Launcher {
 public:
  Launcher() = default;

  enum class Failure {
    reported,  ///< to whoever waits for failure()
    told,      ///< on stderr, for nobody waits
  };

  /// Errors: those of memfd_create(2).
  static Result<Launcher> make(Failure failure);

  [[nodiscard]] const UniqueFd& file() const noexcept { return file_; }
  [[nodiscard]] const UniqueFd& report_end() const noexcept { return reports_.write_end; }

  /// For whoever is about to launch: the launcher inherits this end, and closes it by its own
  /// execve(2). Before a seccomp filter is installed that may forbid it.
  void pass_report_end_on() const noexcept;

  /// For whoever does not launch: a copy of this end would keep the other from ending.
  void close_report_end() noexcept { reports_.write_end.reset(); }

  /// Waits until the launcher has executed the program, or has ended. Empty: it has.
  [[nodiscard]] std::optional<ExecFailure> failure() const noexcept;

  /// Can be read once failure() need not wait.
  [[nodiscard]] const UniqueFd& failure_end() const noexcept { return reports_.read_end; }

 private:
  UniqueFd file_;
  Pipe reports_;
};

/// Whether this process's own program file is in that root directory too, where its path leads, by
/// a mount that can be written to. What is in there reaches the file by its path then, and gains
/// nothing from reaching it by /proc/PID/exe.
bool own_program_is_in(const UniqueFd& root);

/// A Program in the form that execve(2) takes.
class ExecImage {
 public:
  explicit ExecImage(Program program);
  ExecImage(ExecImage&&) noexcept = default;
  ExecImage& operator=(ExecImage&&) noexcept = default;
  ExecImage(const ExecImage&) = delete;  // the pointers are into this very object's strings
  ExecImage& operator=(const ExecImage&) = delete;
  ~ExecImage() = default;

  [[nodiscard]] const std::vector<std::string>& environment() const noexcept {
    return program_.environment;
  }

  /// Returns only on failure.
  [[nodiscard]] ExecFailure execute() noexcept;

  /// The same in the image of `launcher`, which has its report end passed on. Returns only when
  /// that cannot be executed: the errno; the report end is close-on-exec again then.
  [[nodiscard]] int execute_by(const Launcher& launcher) noexcept;

  /// Executes the init of the program, which has been started and has a name, with its environment;
  /// it is called "nsplay-init -- PROGRAM...". Returns only the errno.
  [[nodiscard]] int execute_init(const InitProgram& init, const InitDuty& duty) noexcept;

 private:
  Program program_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  std::vector<char*> launcher_arguments_;
  std::array<char, 12> init_name_ = {"nsplay-init"};
  std::array<char, 3> end_of_options_ = {"--"};
  bool is_nameless_ = false;
};

/// Whether the file has what gives a program privileges that its caller lacks, execve(2): root's
/// set-uid bit, or file capabilities. False where it cannot be told, too.
bool is_privileged_program(const std::string& path);

/// Whether this caller's execve(2) of it heeds that: its mount is not nosuid, and the caller has no
/// no_new_privs (prctl(2)).
bool heeds_privileges_of(const std::string& path);

/// A copy of this process's environment.
std::vector<std::string> own_environment();

/// A variable of it; empty where it has none.
std::string own_variable(std::string_view name);

/// Lets /proc/PID/environ of this process show `environment`, as far as there is room, and nothing
/// of what it was executed with, which it does not have itself any more.
void show_environment(const std::vector<std::string>& environment) noexcept;

}  // namespace nsplay::sys
