#include "nsplay/sys/credentials.h"

#include <grp.h>
#include <pwd.h>
#include <sys/capability.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace nsplay::sys {
namespace {

using CapabilityState = std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)>;

}  // namespace

bool has_capability(Capability capability) {
  const CapabilityState state(::cap_get_proc(), &::cap_free);
  cap_flag_value_t value = CAP_CLEAR;
  return state &&
         ::cap_get_flag(state.get(), static_cast<cap_value_t>(capability), CAP_EFFECTIVE, &value) ==
             0 &&
         value == CAP_SET;
}

uid_t effective_uid() noexcept {
  return ::geteuid();
}

gid_t effective_gid() noexcept {
  return ::getegid();
}

std::vector<gid_t> groups() {
  std::vector<gid_t> list(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(list.size()), list.data());
  list.resize(static_cast<std::size_t>(std::max(0, count)));
  return list;
}

int drop_groups() noexcept {
  return ::setgroups(0, nullptr) == 0 ? 0 : errno;
}

int set_gid(gid_t gid) noexcept {
  return ::setresgid(gid, gid, gid) == 0 ? 0 : errno;
}

int set_uid(uid_t uid) noexcept {
  return ::setresuid(uid, uid, uid) == 0 ? 0 : errno;
}

std::optional<std::string> user_name(uid_t uid) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/etc/passwd", "re"), &std::fclose);
  std::array<char, 16UL * 1024> buffer = {};
  passwd entry = {};
  passwd* found = nullptr;
  while (file && ::fgetpwent_r(file.get(), &entry, buffer.data(), buffer.size(), &found) == 0) {
    if (entry.pw_uid == uid) {
      return std::string(entry.pw_name);
    }
  }
  return std::nullopt;
}

}  // namespace nsplay::sys
