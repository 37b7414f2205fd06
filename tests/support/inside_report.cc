#include "support/inside_report.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <climits>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "nsplay/ns/kind.h"

#include "support/inside_program.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

template <typename... Values>
std::string line(std::string_view field, const Values&... values) {
  std::ostringstream text;
  text << field;
  ((text << ' ' << values), ...);
  text << '\n';
  return text.str();
}

std::string own_link(const std::string& name) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/" + name, error).string();
}

/// A line of /proc/self/status.
std::string own_status(const std::string& field) {
  std::ifstream file("/proc/self/status");
  std::string name;
  std::string value;
  while (file >> name && std::getline(file >> std::ws, value)) {
    if (name == field + ":") {
      return value;
    }
  }
  return {};
}

/// The number of the mount that is the root, which tells roots apart that show the same files.
std::string own_root_mount() {
  std::ifstream file("/proc/self/mountinfo");
  std::string number;
  std::string skipped;
  std::string place;
  while (file >> number >> skipped >> skipped >> skipped >> place) {
    if (place == "/") {
      return number;
    }
    std::getline(file, skipped);
  }
  return {};
}

std::string own_groups() {
  std::array<gid_t, NGROUPS_MAX / 64> groups = {};
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "" : " ") + std::to_string(groups.at(static_cast<std::size_t>(i)));
  }
  return text;
}

std::string own_descriptors() {
  std::string text;
  for (int fd = 0; fd < 1024; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) {
      text += (text.empty() ? "" : " ") + std::to_string(fd);
    }
  }
  return text;
}

std::string namespaces() {
  std::string text;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    text += line("ns." + std::string(info.name), own_link(info.proc_path));
  }
  return text;
}

std::string credentials() {
  struct {
    uid_t real = 0;
    uid_t effective = 0;
    uid_t saved = 0;
  } uid, gid;
  ::getresuid(&uid.real, &uid.effective, &uid.saved);
  ::getresgid(&gid.real, &gid.effective, &gid.saved);
  return line("uid", uid.real, uid.effective, uid.saved) +
         line("gid", gid.real, gid.effective, gid.saved) + line("groups", own_groups()) +
         line("caps", own_status("CapEff")) + line("no-new-privs", own_status("NoNewPrivs"));
}

std::string signals() {
  int death_signal = 0;
  ::prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
  return line("blocked", own_status("SigBlk")) + line("ignored", own_status("SigIgn")) +
         line("death-signal", death_signal);
}

std::string place() {
  std::array<char, PATH_MAX> directory = {};
  utsname name = {};
  ::uname(&name);
  return line("cwd",
              ::getcwd(directory.data(), directory.size()) != nullptr ? directory.data() : "") +
         line("root-mount", own_root_mount()) + line("fds", own_descriptors()) +
         line("nodename", &name.nodename[0]) + line("domainname", &name.domainname[0]);
}

std::string environment() {
  std::string text;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    text += line("env", to_hexadecimal(*variable));
  }
  return text;
}

}  // namespace

std::string describe_this_process() {
  return namespaces() + credentials() + signals() + place() + environment() +
         line("pid", ::getpid()) + line("parent", ::getppid()) + line("session", ::getsid(0)) +
         line("dumpable", ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
}

std::string to_hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4U];
    text += digits[static_cast<unsigned char>(byte) & 0xfU];
  }
  return text;
}

std::string from_hexadecimal(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

InsideReport::InsideReport(const std::string& text) {
  std::istringstream lines(text);
  std::string one;
  while (std::getline(lines, one)) {
    const auto blank = one.find(' ');
    std::string value = blank == std::string::npos ? "" : one.substr(blank + 1);
    std::string field = one.substr(0, blank);
    if (field == "env") {
      value = from_hexadecimal(value);
    }
    fields_.emplace(std::move(field), std::move(value));
  }
}

std::string InsideReport::operator[](const std::string& field) const {
  const auto found = fields_.find(field);
  return found == fields_.end() ? "" : found->second;
}

std::string InsideReport::link(ns::Kind kind) const {
  return (*this)["ns." + std::string(ns::name_of(kind))];
}

std::vector<std::string> InsideReport::variables(const std::string& name) const {
  std::vector<std::string> found;
  const auto [first, last] = fields_.equal_range("env");
  for (auto field = first; field != last; ++field) {
    if (field->second.starts_with(name + "=")) {
      found.push_back(field->second);
    }
  }
  return found;
}

}  // namespace nsplay::test
