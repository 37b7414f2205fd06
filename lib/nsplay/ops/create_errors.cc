#include "nsplay/ops/create_errors.h"

#include <cerrno>
#include <utility>

#include "nsplay/base/text.h"
#include "nsplay/ops/credentials_errors.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/mount_errors.h"
#include "nsplay/ops/program.h"

namespace nsplay::ops {
namespace {

using ns::Kind;

std::string set_up_hint(const ChildReport& report) {
  if (std::string hint = credentials_hint(report); !hint.empty()) {
    return hint;
  }
  if (report.step == Step::make_cgroup_namespace) {
    return creation_hint(report.errnum, {Kind::cgroup});
  }
  if (report.step == Step::make_time_namespace) {
    return creation_hint(report.errnum, {Kind::time});
  }
  if (report.step == Step::set_time_offsets && report.errnum != ENOENT) {
    return time_offsets_hint(report.errnum);
  }
  if (report.step == Step::execute_init) {
    return "the program had begun, and was ended; --no-init does without that";
  }
  const bool needs_proc =
      report.step == Step::set_time_offsets || report.step == Step::enter_time_namespace;
  if (needs_proc && report.errnum == ENOENT) {
    return "mount a /proc: mount -t proc proc /proc";
  }
  if (report.step == Step::bring_up_loopback && report.errnum == EPERM) {
    return "it needs CAP_NET_ADMIN: get it, or add --user, or --no-loopback";
  }
  return report.errnum == EPERM ? unexplained_refusal() : "";
}

}  // namespace

std::string subject_of_step(const ChildReport& report, const ChildPlan& plan) {
  const CreateRequest& request = *plan.request;
  switch (report.step) {
    case Step::set_hostname:
      return quote(request.hostname.value_or(""));
    case Step::set_domainname:
      return quote(request.domainname.value_or(""));
    case Step::bring_up_loopback:
      return "lo";
    case Step::execute_init:
      return "nsplay-init";
    case Step::set_uid:
      return plan.identity->uid ? std::to_string(*plan.identity->uid) : "";
    case Step::set_gid:
      return plan.identity->gid ? std::to_string(*plan.identity->gid) : "";
    default:
      return {};
  }
}

Error set_up_error(const ChildReport& report, const ChildPlan& plan) {
  if (report.step == Step::execute_program) {
    const sys::ExecFailure failure{static_cast<sys::ExecTrouble>(report.detail), report.errnum};
    Error error = execution_error(failure, plan.request->program.front());
    return plan.mounts.root ? std::move(error).with_hint("the path is looked up there, not here")
                            : error;
  }
  if (is_of_mounts(report)) {
    return mount_error(report, plan.mounts, plan.kinds);
  }
  Error error = Error::of(report.errnum, call_of(report.step), subject_of_step(report, plan));
  return std::move(error).with_hint(set_up_hint(report));
}

}  // namespace nsplay::ops
