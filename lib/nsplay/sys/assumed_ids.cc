#include "nsplay/sys/assumed_ids.h"

#include <grp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "nsplay/sys/credentials.h"

namespace nsplay::sys {
namespace {

int set_securebits(int bits) noexcept {
  return ::prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) == 0 ? 0 : errno;
}

}  // namespace

AssumedIds::AssumedIds()
    : dumpable_(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)),
      securebits_(::prctl(PR_GET_SECUREBITS, 0, 0, 0, 0)),
      groups_(groups()) {
  ::getresuid(&user_.real, &user_.effective, &user_.saved);
  ::getresgid(&group_.real, &group_.effective, &group_.saved);
}

AssumedIds::AssumedIds(AssumedIds&& other) noexcept
    : is_owner_(std::exchange(other.is_owner_, false)),
      dumpable_(other.dumpable_),
      securebits_(other.securebits_),
      groups_(std::move(other.groups_)),
      user_(other.user_),
      group_(other.group_) {}

// Nothing of this fails: the capabilities that it needs were kept.
AssumedIds::~AssumedIds() {
  if (!is_owner_) {
    return;
  }
  static_cast<void>(::setresuid(user_.real, user_.effective, user_.saved));
  static_cast<void>(::setresgid(group_.real, group_.effective, group_.saved));
  static_cast<void>(set_groups(groups_));
  static_cast<void>(set_securebits(securebits_));
  // A change of ids makes a process undumpable, prctl(2).
  ::prctl(PR_SET_DUMPABLE, dumpable_, 0, 0, 0);
}

Result<AssumedIds> AssumedIds::take(UserAndGroup ids) {
  AssumedIds assumed;
  // Without this bit the change of uid 0 to another takes the capabilities, capabilities(7).
  if (const int error = set_securebits(assumed.securebits_ | SECBIT_NO_SETUID_FIXUP)) {
    return fail(Error::of(error, "prctl PR_SET_SECUREBITS", ""));
  }
  if (const int error = set_groups({})) {
    return fail(Error::of(error, "setgroups", ""));
  }
  if (const int error = set_gid(ids.gid)) {
    return fail(Error::of(error, "setresgid", std::to_string(ids.gid)));
  }
  if (const int error = set_uid(ids.uid)) {
    return fail(Error::of(error, "setresuid", std::to_string(ids.uid)));
  }
  return assumed;
}

}  // namespace nsplay::sys
