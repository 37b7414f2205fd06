#include "nsplay/ops/program.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::ops {
namespace {

std::vector<std::string> along_path(std::string_view path, std::string_view name) {
  std::vector<std::string> candidates;
  for (const std::string_view directory : split(path.empty() ? standard_path() : path, ':')) {
    candidates.push_back(directory.empty() ? fmt::format("./{}", name)
                                           : fmt::format("{}/{}", directory, name));
  }
  return candidates;
}

Error no_shell() {
  return Error{"the target has no shell: neither $SHELL nor /bin/bash nor /bin/sh exists there",
               0,
               "name a program that it has, after --",
               Trouble::not_found};
}

Error execve_error(std::string_view program, int errnum, Trouble trouble) {
  Error error = Error::of(errnum, "execve", program.empty() ? "''" : escape_for_terminal(program));
  error.trouble = trouble;
  return error;
}

Error not_found(std::string_view program) {
  Error error = execve_error(program, ENOENT, Trouble::not_found);
  const bool by_name = !program.empty() && program.find('/') == std::string_view::npos;
  return by_name ? std::move(error).with_hint("no directory of the PATH that it gets has it")
                 : error;
}

Error no_interpreter(std::string_view program, int errnum) {
  return execve_error(program, errnum, Trouble::not_found)
      .with_hint(
          "the file exists; the interpreter that its first line or its ELF header names does not "
          "exist there");
}

Error is_directory(std::string_view program, int errnum) {
  return execve_error(program, errnum, Trouble::not_executable).with_hint("it is a directory");
}

Error not_executable(std::string_view program, int errnum) {
  Error error = execve_error(program, errnum, Trouble::not_executable);
  if (errnum == ENOEXEC) {
    return std::move(error).with_hint(
        "it is neither a program of this machine's architecture nor a script that begins with #!");
  }
  return errnum == EACCES ? std::move(error).with_hint(
                                "it is not executable there for this user, or the interpreter of "
                                "its first line is not")
                          : error;
}

}  // namespace

sys::Program find_program(const std::vector<std::string>& words, Environment environment) {
  const std::string& name = words.front();
  std::vector<std::string> candidates{name};
  if (name.find('/') == std::string::npos) {
    candidates = along_path(variable(environment, "PATH"), name);
  }
  return {name.empty() ? std::vector<std::string>() : std::move(candidates),
          words,
          std::move(environment)};
}

sys::Program find_shell(std::string_view preferred, Environment environment) {
  std::vector<std::string> candidates;
  if (preferred.starts_with('/')) {
    candidates.emplace_back(preferred);
  }
  candidates.insert(candidates.end(), {"/bin/bash", "/bin/sh"});
  return {std::move(candidates), {}, std::move(environment)};
}

Error execution_error(const sys::ExecFailure& failure, std::optional<std::string_view> program) {
  const std::string_view name = program.value_or("the shell");
  switch (failure.trouble) {
    case sys::ExecTrouble::not_found:
      return program ? not_found(name) : no_shell();
    case sys::ExecTrouble::interpreter_not_found:
      return no_interpreter(name, failure.errnum);
    case sys::ExecTrouble::directory:
      return is_directory(name, failure.errnum);
    case sys::ExecTrouble::not_executable:
      break;
  }
  return not_executable(name, failure.errnum);
}

bool is_of_program(const Error& error) {
  return error.trouble == Trouble::not_found || error.trouble == Trouble::not_executable;
}

}  // namespace nsplay::ops
