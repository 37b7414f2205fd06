#include "nsplay/sys/credentials.h"

#include <grp.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include <strings.h>

namespace nsplay::sys {
namespace {

using CapabilityState = std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)>;

constexpr int bits_per_word = 32;
using CapabilityWords = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

/// As capget(2) and capset(2) want it; libcap's own functions allocate, which a child before its
/// exec must not.
template <typename Change>
int change_capabilities(const Change& change) noexcept {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  CapabilityWords words = {};
  if (::capget(&header, words.data()) != 0) {
    return errno;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    change(words.at(i), i * bits_per_word);
  }
  return ::capset(&header, words.data()) == 0 ? 0 : errno;
}

std::uint32_t word_of(CapabilitySet set, std::size_t first) noexcept {
  return static_cast<std::uint32_t>(set >> first);
}

bool equal_in_any_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && ::strncasecmp(left.data(), right.data(), left.size()) == 0;
}

bool contains(CapabilitySet set, int capability) noexcept {
  return (set >> capability & 1) != 0;
}

}  // namespace

bool has_capability(Capability capability) {
  const CapabilityState state(::cap_get_proc(), &::cap_free);
  cap_flag_value_t value = CAP_CLEAR;
  return state &&
         ::cap_get_flag(state.get(), static_cast<cap_value_t>(capability), CAP_EFFECTIVE, &value) ==
             0 &&
         value == CAP_SET;
}

bool keeps_capabilities_on_exec() noexcept {
  const int bits = ::prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  return ::geteuid() == 0 && bits >= 0 && (bits & SECBIT_NOROOT) == 0;
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

int set_groups(const std::vector<gid_t>& groups) noexcept {
  return ::setgroups(groups.size(), groups.data()) == 0 ? 0 : errno;
}

int set_gid(gid_t gid) noexcept {
  return ::setresgid(gid, gid, gid) == 0 ? 0 : errno;
}

int set_uid(uid_t uid) noexcept {
  return ::setresuid(uid, uid, uid) == 0 ? 0 : errno;
}

int set_group_ids(const GroupIds& ids) noexcept {
  return ::setresgid(ids.real, ids.effective, ids.effective) == 0 ? 0 : errno;
}

int set_user_ids(const UserIds& ids) noexcept {
  return ::setresuid(ids.real, ids.effective, ids.effective) == 0 ? 0 : errno;
}

std::optional<CapabilitySet> capability_named(std::string_view name) {
  // cap_from_name(3) would take "sys_admin,x" too.
  for (int capability = 0; capability < ::cap_max_bits(); ++capability) {
    const std::unique_ptr<char, int (*)(void*)> full(::cap_to_name(capability), &::cap_free);
    if (full && (equal_in_any_case(name, full.get()) ||
                 equal_in_any_case("cap_" + std::string(name), full.get()))) {
      return CapabilitySet{1} << capability;
    }
  }
  return std::nullopt;
}

std::vector<std::string> capability_names(CapabilitySet set) {
  std::vector<std::string> names;
  for (int capability = 0; set != 0; ++capability, set >>= 1U) {
    if ((set & 1U) != 0) {
      const std::unique_ptr<char, int (*)(void*)> name(::cap_to_name(capability), &::cap_free);
      names.push_back(name ? std::string(name.get()) : std::to_string(capability));
    }
  }
  return names;
}

int keep_capabilities() noexcept {
  return ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int drop_from_bounding_set(CapabilitySet dropped) noexcept {
  int is_there = 0;
  for (int capability = 0; (is_there = ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0)) >= 0;
       ++capability) {
    if (is_there == 1 && contains(dropped, capability) &&
        ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
      return errno;
    }
  }
  return 0;
}

int drop_capabilities(CapabilitySet dropped) noexcept {
  return change_capabilities([&](__user_cap_data_struct& word, std::size_t first) {
    const std::uint32_t kept = ~word_of(dropped, first);
    word.permitted &= kept;
    word.effective &= kept;
    word.inheritable &= kept;
  });
}

void clear_ambient_capabilities() noexcept {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

int pass_capabilities_on() noexcept {
  CapabilitySet permitted = 0;
  const int error = change_capabilities([&](__user_cap_data_struct& word, std::size_t first) {
    word.effective = word.permitted;
    word.inheritable = word.permitted;
    permitted |= static_cast<CapabilitySet>(word.permitted) << first;
  });
  for (int capability = 0; error == 0 && capability < 64; ++capability) {
    if (contains(permitted, capability) &&
        ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) {
      return errno;
    }
  }
  return error;
}

int set_capabilities(const CapabilitySets& sets) noexcept {
  clear_ambient_capabilities();
  const int error = change_capabilities([&](__user_cap_data_struct& word, std::size_t first) {
    word.inheritable = word_of(sets.inheritable, first) & (word.permitted | word.inheritable);
    word.permitted &= word_of(sets.permitted, first);
    word.effective = word.permitted & word_of(sets.effective, first);
  });
  for (int capability = 0; error == 0 && capability < 64; ++capability) {
    if (contains(sets.ambient & sets.permitted & sets.inheritable, capability) &&
        ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) {
      return errno;
    }
  }
  return error;
}

int set_no_new_privileges() noexcept {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
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
