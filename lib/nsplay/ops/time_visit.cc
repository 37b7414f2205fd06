#include "nsplay/ops/time_visit.h"

#include <cerrno>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::ops {
namespace {

constexpr int time_flag = static_cast<int>(sys::abi::clone_newtime);

}  // namespace

Result<TimeVisit> TimeVisit::begin(const sys::UniqueFd& file) {
  sys::UniqueFd home = TRY(sys::open_file("/proc/self/ns/time", O_RDONLY));
  if (const int error = sys::set_namespaces(file, time_flag)) {
    return fail(Error::of(error, "setns", "time"));
  }
  return TimeVisit(std::move(home));
}

TimeVisit::~TimeVisit() {
  if (home_) {
    static_cast<void>(sys::set_namespaces(home_, time_flag));
  }
}

}  // namespace nsplay::ops
