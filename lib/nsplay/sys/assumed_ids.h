#pragma once

// To be somebody else for a moment. The kernel makes the caller's effective ids the owner of a new
// user namespace (user_namespaces(7)), and lets nobody change them afterwards.

#include <sys/types.h>

#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::sys {

struct UserAndGroup {
  uid_t uid = 0;
  gid_t gid = 0;
  friend bool operator==(const UserAndGroup&, const UserAndGroup&) = default;
};

/// From take() on this process has these ids, all three of each, and no supplementary group, but
/// keeps its capabilities; it is itself again with the end of the object. For a process with one
/// thread.
class [[nodiscard]] AssumedIds {
 public:
  AssumedIds(AssumedIds&& other) noexcept;
  AssumedIds& operator=(AssumedIds&&) = delete;
  AssumedIds(const AssumedIds&) = delete;
  AssumedIds& operator=(const AssumedIds&) = delete;
  ~AssumedIds();

  /// Errors: EPERM without CAP_SETUID, CAP_SETGID and CAP_SETPCAP; EINVAL the user namespace that
  /// we are in does not map them.
  static Result<AssumedIds> take(UserAndGroup ids);

 private:
  AssumedIds();

  struct Ids {
    id_t real = 0;
    id_t effective = 0;
    id_t saved = 0;
  };
  bool is_owner_ = true;
  int dumpable_ = 0;
  int securebits_ = 0;
  std::vector<gid_t> groups_;
  Ids user_;
  Ids group_;
};

}  // namespace nsplay::sys
