#include "nsplay/sys/init_program.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/sys/init/image.h"
#include "nsplay/sys/memory_program.h"

namespace nsplay::sys {
namespace {

int execute_file(const UniqueFd& file, char* const* words, char* const* environment, int flags) {
  const long result =
      ::syscall(SYS_execveat, file.get(), "", words, environment, AT_EMPTY_PATH | flags);
  return result == 0 ? 0 : errno;
}

}  // namespace

Result<InitProgram> InitProgram::make() {
  const std::string_view image = init_image();
  InitProgram program;
  program.place_of_duty_ =
      static_cast<off_t>(image.find(init_orders_mark) + offsetof(InitOrders, duty));
  program.file_ = TRY(make_memory_program("nsplay-init", image));
  return program;
}

bool InitProgram::is_known_to_be_executable() const noexcept {
  constexpr int only_check = 0x10000;  // AT_EXECVE_CHECK
  char name[] = "nsplay-init";
  char* const words[] = {name, nullptr};
  char* const environment[] = {nullptr};
  return execute_file(file_, words, environment, only_check) == 0;
}

int InitProgram::execute(const InitDuty& duty,
                         char* const* words,
                         char* const* environment) const noexcept {
  if (::pwrite(file_.get(), &duty, sizeof duty, place_of_duty_) != sizeof duty) {
    return errno;
  }
  if (const int error = seal_program(file_)) {
    return error;
  }
  for (const int descriptor : {duty.signals, duty.lifeline, duty.stops}) {
    if (descriptor >= 0) {
      ::fcntl(descriptor, F_SETFD, 0);
    }
  }
  return execute_file(file_, words, environment, 0);
}

}  // namespace nsplay::sys
