#include "support/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <thread>

#include "support/pipes.h"

namespace nsplay::test {
namespace {

namespace fs = std::filesystem;

std::string path_of(pid_t pid, const std::string& name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

/// Nothing more of a process that ends meanwhile, which an iterator of the stream would throw.
std::string read_text(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

std::vector<pid_t> children_in(const std::string& process) {
  std::vector<pid_t> children;
  const std::string tasks = process + "/task/";
  for (const std::string& task : names_in(tasks)) {
    std::string path = tasks;
    path.append(task).append("/children");
    std::istringstream list(read_text(path));
    children.insert(
        children.end(), std::istream_iterator<pid_t>(list), std::istream_iterator<pid_t>());
  }
  std::sort(children.begin(), children.end());
  return children;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
    return std::isdigit(letter) != 0;
  });
}

bool is_kernel_thread(pid_t pid) {
  constexpr unsigned long kernel_thread_flag = 0x00200000;  // PF_KTHREAD, field 9 of proc(5)
  const std::string flags = stat_field(pid, 9);
  return !flags.empty() && (std::stoul(flags) & kernel_thread_flag) != 0;
}

std::optional<uid_t> owner_of(pid_t pid) {
  struct stat status = {};
  return ::stat(("/proc/" + std::to_string(pid)).c_str(), &status) == 0
             ? std::optional(status.st_uid)
             : std::nullopt;
}

}  // namespace

std::vector<pid_t> children_of(pid_t pid) {
  return children_in("/proc/" + std::to_string(pid));
}

std::vector<pid_t> own_children() {
  return children_in("/proc/self");
}

std::string namespace_link(pid_t pid, ns::Kind kind) {
  return read_process_link(pid, ns::info_of(kind).proc_path);
}

std::uint64_t namespace_inode(pid_t pid, ns::Kind kind) {
  const std::string link = namespace_link(pid, kind);
  const auto begin = link.find('[');
  std::uint64_t inode = 0;
  if (begin != std::string::npos) {
    std::from_chars(link.data() + begin + 1, link.data() + link.size(), inode);
  }
  return inode;
}

ns::KindSet different_kinds(pid_t one, pid_t other) {
  ns::KindSet kinds;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    const std::string link = namespace_link(one, info.kind);
    if (!link.empty() && link != namespace_link(other, info.kind)) {
      kinds.insert(info.kind);
    }
  }
  return kinds;
}

std::string read_process_file(pid_t pid, const std::string& name) {
  return read_text(path_of(pid, name));
}

std::string read_process_link(pid_t pid, const std::string& name) {
  std::error_code error;
  return fs::read_symlink(path_of(pid, name), error).string();
}

std::map<int, std::string> descriptors_of(pid_t pid) {
  std::map<int, std::string> descriptors;
  const std::string directory = path_of(pid, "fd");
  for (const std::string& name : names_in(directory)) {
    const std::string link = read_process_link(pid, "fd/" + name);
    if (!link.empty()) {  // the one that listed them is closed again
      descriptors.emplace(std::stoi(name), link);
    }
  }
  return descriptors;
}

bool has_null_streams_and_no_file(pid_t pid) {
  const auto descriptors = descriptors_of(pid);
  return descriptors.size() >= 3 &&
         std::all_of(descriptors.begin(), descriptors.end(), [](const auto& descriptor) {
           const auto& [number, link] = descriptor;
           return number <= 2 ? link == "/dev/null" : link.starts_with("anon_inode:");
         });
}

std::string stat_field(pid_t pid, std::size_t number) {
  const std::string text = read_process_file(pid, "stat");
  const auto comm_end = text.rfind(')');
  if (comm_end == std::string::npos) {
    return {};
  }
  std::istringstream fields(text.substr(comm_end + 1));
  std::string field;
  for (std::size_t i = 3; i <= number; ++i) {
    fields >> field;
  }
  return field;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  for (const std::string& name : names_in("/proc")) {
    if (is_number(name)) {
      pids.push_back(std::stoi(name));
    }
  }
  return pids;
}

std::optional<pid_t> kernel_thread() {
  for (const pid_t pid : all_processes()) {
    if (is_kernel_thread(pid)) {
      return pid;
    }
  }
  return std::nullopt;
}

std::optional<pid_t> process_of_another_user(pid_t child) {
  if (::geteuid() == 0) {
    return child;
  }
  for (pid_t pid = ::getppid(); pid > 0;) {
    const auto owner = owner_of(pid);
    if (owner && *owner != ::geteuid()) {
      return pid;
    }
    const std::string parent = stat_field(pid, 4);
    pid = parent.empty() ? 0 : std::stoi(parent);
  }
  return std::nullopt;
}

bool is_readable_process(pid_t pid) {
  return !namespace_link(pid, ns::Kind::mnt).empty();
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + long_enough;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

int wait_for_child(pid_t pid) {
  // Not through the library's own Pidfd, which is under test.
  const sys::UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  siginfo_t info = {};
  if (!pidfd || !wait_readable(pidfd) ||
      ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0) {
    return -1;
  }
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace nsplay::test
