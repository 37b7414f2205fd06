#include "nsplay/ops/credentials_errors.h"

#include <cerrno>

namespace nsplay::ops {

std::string credentials_hint(const ChildReport& report) {
  if (report.step == Step::set_uid && report.errnum == EPERM) {
    return "only who has CAP_SETUID there may run a program as another user; run as root";
  }
  const bool sets_group = report.step == Step::set_groups || report.step == Step::set_gid;
  if (sets_group && report.errnum == EPERM) {
    return "only who has CAP_SETGID there may change groups, and nobody where the user namespace "
           "forbids setgroups; leave --setuid and --setgid out, or run as root";
  }
  if (report.step == Step::drop_capabilities && report.errnum == EPERM) {
    return "only who has CAP_SETPCAP there may drop capabilities for good; run as root";
  }
  const bool sets_id = report.step == Step::set_uid || report.step == Step::set_gid;
  return sets_id && report.errnum == EINVAL ? "the user namespace does not map this id" : "";
}

}  // namespace nsplay::ops
