#pragma once

// uname(2), sethostname(2), setdomainname(2).

#include <cstddef>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"

namespace nsplay::sys {

/// The longest hostname and NIS domain name, in bytes, __NEW_UTS_LEN.
constexpr std::size_t longest_uts_name = 64;

struct Uname {
  std::string sysname;
  std::string nodename;
  std::string release;
  std::string version;
  std::string machine;
  std::string domainname;
};

/// What uname(2) says where this process is.
Uname read_uname();

/// The kernel's fixed-size form, for handing it through a pipe: filled without allocating.
struct RawUname {
  static constexpr std::size_t field_size = longest_uts_name + 1;
  char fields[6][field_size];
};

/// uname(2) in this form.
void read_raw_uname(RawUname& raw) noexcept;
/// As text; fields that fill their whole size included.
Uname uname_from(const RawUname& raw);

/// The errno, 0 for success. EPERM without CAP_SYS_ADMIN over the uts namespace's owner.
[[nodiscard]] int set_hostname(std::string_view name) noexcept;
[[nodiscard]] int set_domainname(std::string_view name) noexcept;

}  // namespace nsplay::sys
