#include "nsplay/sys/execution.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <span>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/sys/init_program.h"
#include "nsplay/sys/launcher/image.h"
#include "nsplay/sys/memory_program.h"

namespace nsplay::sys {
namespace {

char* file_name_of(std::string& path) noexcept {
  const auto slash = path.rfind('/');
  return path.data() + (slash == std::string::npos ? 0 : slash + 1);
}

/// 0: it is there, and no directory. access(2) would ask as another than execve(2) does: without
/// the capabilities of an ordinary user.
int why_not_there(const std::string& path) noexcept {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    return errno;
  }
  return S_ISDIR(status.st_mode) ? EISDIR : 0;
}

template <typename Buffer, typename Number>
void write_number(Buffer& buffer, Number number) noexcept {
  *std::to_chars(buffer.data(), buffer.data() + buffer.size() - 1, number).ptr = 0;
}

/// statvfs(3) tells of the file system and of the mount by which it was reached.
bool is_on_writable_mount(const UniqueFd& file) noexcept {
  struct statvfs status = {};
  return ::fstatvfs(file.get(), &status) == 0 && (status.f_flag & ST_RDONLY) == 0;
}

Result<bool> finds_own_program(const UniqueFd& root) {
  const char* link = "/proc/self/exe";
  const std::string path = TRY(read_link(link));
  const UniqueFd file = TRY(open_in_root(root, path.c_str()));
  const auto own = TRY(identity_at(root, link, link));
  return TRY(identity_of(file, path)) == own && is_on_writable_mount(file);
}

/// Where execve(2) has put the environment: one text behind the other.
std::span<char> environment_area() noexcept {
  if (environ == nullptr || *environ == nullptr) {
    return {};
  }
  char* const begin = *environ;
  char* end = begin;
  for (char** variable = environ; *variable == end; ++variable) {
    end += std::strlen(end) + 1;
  }
  return {begin, end};
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
  // The first two are written when they are known.
  launcher_arguments_ = {nullptr, nullptr};
  for (std::string& candidate : program_.candidates) {
    launcher_arguments_.push_back(candidate.data());
  }
  launcher_arguments_.insert(
      launcher_arguments_.end(), arguments_.begin() + (is_nameless_ ? 1 : 0), arguments_.end());
}

ExecFailure ExecImage::execute() noexcept {
  auto& candidates = program_.candidates;
  return try_candidates(
      candidates.size(),
      [&](unsigned long i) {
        if (is_nameless_) {
          arguments_.front() = file_name_of(candidates[i]);
        }
        ::execve(candidates[i].c_str(), arguments_.data(), environment_.data());
        return errno;
      },
      [&](unsigned long i) { return why_not_there(candidates[i]); });
}

int ExecImage::execute_by(const Launcher& launcher) noexcept {
  std::array<char, 16> report = {};
  std::array<char, 24> count = {};
  if (launcher.report_end()) {
    write_number(report, launcher.report_end().get());
  } else {
    report.front() = '-';
  }
  write_number(count, program_.candidates.size());
  launcher_arguments_[0] = report.data();
  launcher_arguments_[1] = count.data();
  ::syscall(SYS_execveat,
            launcher.file().get(),
            "",
            launcher_arguments_.data(),
            environment_.data(),
            AT_EMPTY_PATH);
  const int error = errno;
  ::fcntl(launcher.report_end().get(), F_SETFD, FD_CLOEXEC);
  return error;
}

int ExecImage::execute_init(const InitProgram& init, const InitDuty& duty) noexcept {
  // Before the program's own there are two at least, of the launcher.
  char** words = launcher_arguments_.data() + launcher_arguments_.size() - arguments_.size() - 2;
  words[0] = init_name_.data();
  words[1] = end_of_options_.data();
  return init.execute(duty, words, environment_.data());
}

Result<Launcher> Launcher::make(Failure failure) {
  Launcher launcher;
  launcher.file_ = TRY(make_memory_program("nsplay", launcher_image()));
  if (const int error = seal_program(launcher.file_)) {
    return fail(Error::of(error, "seal", "the launcher"));
  }
  if (failure == Failure::reported) {
    launcher.reports_ = TRY(make_pipe());
  }
  return launcher;
}

void Launcher::pass_report_end_on() const noexcept {
  ::fcntl(reports_.write_end.get(), F_SETFD, 0);
}

std::optional<ExecFailure> Launcher::failure() const noexcept {
  ExecFailure failure;
  return receive_bytes(reports_.read_end, &failure, sizeof failure) ? std::optional(failure)
                                                                    : std::nullopt;
}

bool own_program_is_in(const UniqueFd& root) {
  return finds_own_program(root).value_or(false);
}

bool is_privileged_program(const std::string& path) {
  struct stat status = {};
  const bool is_set_uid_root =
      ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_ISUID) != 0 && status.st_uid == 0;
  return is_set_uid_root || ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

bool heeds_privileges_of(const std::string& path) {
  struct statvfs status = {};
  const bool is_nosuid = ::statvfs(path.c_str(), &status) == 0 && (status.f_flag & ST_NOSUID) != 0;
  return !is_nosuid && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

std::string own_variable(std::string_view name) {
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=') {
      return std::string(text.substr(name.size() + 1));
    }
  }
  return {};
}

void show_environment(const std::vector<std::string>& environment) noexcept {
  std::span<char> room = environment_area();
  if (room.empty()) {
    return;
  }
  *environ = nullptr;
  for (const std::string& variable : environment) {
    const std::size_t size = variable.size() + 1;
    if (size <= room.size()) {
      std::memcpy(room.data(), variable.c_str(), size);
      room = room.subspan(size);
    }
  }
  std::fill(room.begin(), room.end(), '\0');
}

}  // namespace nsplay::sys
