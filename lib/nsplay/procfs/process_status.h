#pragma once

// /proc/PID/status, proc(5): the fields that nsplay uses. Any user may read it.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"

namespace nsplay::procfs {

struct ProcessStatus {
  char state = 0;  ///< State: 'T' stopped, 't' by a tracer; 0: there is none
  uid_t real_uid = 0;
  uid_t effective_uid = 0;
  uid_t saved_uid = 0;
  gid_t real_gid = 0;
  gid_t effective_gid = 0;
  pid_t thread_group = 0;             ///< Tgid: differs from the pid for a thread
  std::vector<pid_t> namespace_pids;  ///< NSpid, outermost first; empty before Linux 4.1
  std::vector<gid_t> groups;          ///< supplementary ones
  std::uint64_t inheritable = 0;      ///< CapInh, one bit per capability
  std::uint64_t permitted = 0;        ///< CapPrm
  std::uint64_t effective = 0;        ///< CapEff
  std::uint64_t bounding = 0;         ///< CapBnd
  std::uint64_t ambient = 0;          ///< CapAmb
  std::uint64_t blocked_signals = 0;  ///< SigBlk, of the thread; bit 0 is signal 1
  std::uint64_t ignored_signals = 0;  ///< SigIgn
  std::uint64_t caught_signals = 0;   ///< SigCgt
  bool no_new_privileges = false;     ///< NoNewPrivs, Linux 4.10
  int seccomp_mode = 0;               ///< Seccomp: 0 none, 1 strict, 2 filters
  std::optional<mode_t> umask;        ///< Umask, Linux 4.7
};

/// Unknown fields are skipped; a known one that makes no sense is an error.
Result<ProcessStatus> parse_process_status(std::string_view text);

}  // namespace nsplay::procfs
