#include "nsplay/sys/uts.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace nsplay::sys {
namespace {

std::string field(const char* bytes) {
  return {bytes, ::strnlen(bytes, RawUname::field_size)};
}

}  // namespace

void read_raw_uname(RawUname& raw) noexcept {
  static_assert(sizeof(RawUname) == sizeof(utsname));
  utsname name = {};
  ::uname(&name);
  std::memcpy(&raw, &name, sizeof raw);
}

Uname uname_from(const RawUname& raw) {
  const auto& f = raw.fields;
  return {field(&f[0][0]),
          field(&f[1][0]),
          field(&f[2][0]),
          field(&f[3][0]),
          field(&f[4][0]),
          field(&f[5][0])};
}

Uname read_uname() {
  RawUname raw = {};
  read_raw_uname(raw);
  return uname_from(raw);
}

int set_hostname(std::string_view name) noexcept {
  return ::sethostname(name.data(), name.size()) == 0 ? 0 : errno;
}

int set_domainname(std::string_view name) noexcept {
  return ::setdomainname(name.data(), name.size()) == 0 ? 0 : errno;
}

}  // namespace nsplay::sys
