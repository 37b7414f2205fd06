#include "nsplay/sys/execution.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace nsplay::sys {
namespace {

char* file_name_of(std::string& path) noexcept {
  const auto slash = path.rfind('/');
  return path.data() + (slash == std::string::npos ? 0 : slash + 1);
}

/// 0: it is there. access(2) would ask as another than execve(2) does: without the capabilities of
/// an ordinary user.
int why_not_there(const std::string& path) noexcept {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? 0 : errno;
}

}  // namespace

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Moving a vector leaves its elements where they are, so the pointers stay right.
ExecImage::ExecImage(Program program)
    : program_(std::move(program)),
      arguments_(pointers_to(program_.arguments)),
      environment_(pointers_to(program_.environment)),
      is_nameless_(program_.arguments.empty()) {
  if (is_nameless_) {
    arguments_.insert(arguments_.begin(), nullptr);
  }
}

ExecFailure ExecImage::execute() noexcept {
  ExecFailure failure{ExecTrouble::not_found, ENOENT};
  for (std::string& path : program_.candidates) {
    if (is_nameless_) {
      arguments_.front() = file_name_of(path);
    }
    ::execve(path.c_str(), arguments_.data(), environment_.data());
    const int error = errno;
    const int absence = why_not_there(path);
    if (absence == ENOENT || absence == ENOTDIR) {
      continue;
    }
    if (error == ENOENT || error == ENOTDIR) {
      return {ExecTrouble::interpreter_not_found, error};
    }
    // In the search of a name, a directory that may not be searched has nothing.
    if (absence == EACCES && program_.candidates.size() > 1) {
      continue;
    }
    failure = {ExecTrouble::not_executable, error};
    if (error != EACCES) {
      return failure;
    }
  }
  return failure;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace nsplay::sys
