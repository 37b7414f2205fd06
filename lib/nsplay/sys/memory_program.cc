#include "nsplay/sys/memory_program.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"

namespace nsplay::sys {

Result<UniqueFd> make_memory_program(const char* name, std::string_view image) {
  // Since Linux 6.3 a memfd may be for data alone (vm.memfd_noexec); before, the flag is unknown.
  constexpr unsigned for_programs = 0x10;  // MFD_EXEC
  const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  UniqueFd file(::memfd_create(name, flags | for_programs));
  if (!file && errno == EINVAL) {
    file = UniqueFd(::memfd_create(name, flags));
  }
  if (!file) {
    const int error = errno;
    return fail(Error::of(error, "memfd_create", name));
  }
  TRY(write_fully(file.get(), image, name));
  return file;
}

int seal_program(const UniqueFd& file) noexcept {
  const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  return ::fcntl(file.get(), F_ADD_SEALS, seals) == 0 ? 0 : errno;
}

}  // namespace nsplay::sys
