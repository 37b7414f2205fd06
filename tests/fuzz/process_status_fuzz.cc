#include <fmt/format.h>

#include "nsplay/procfs/process_status.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
using nsplay::procfs::parse_process_status;
using nsplay::procfs::ProcessStatus;

namespace {

bool same(const ProcessStatus& a, const ProcessStatus& b) {
  return a.real_uid == b.real_uid && a.effective_uid == b.effective_uid &&
         a.effective_gid == b.effective_gid && a.thread_group == b.thread_group &&
         a.namespace_pids == b.namespace_pids && a.permitted == b.permitted && a.state == b.state &&
         a.blocked_signals == b.blocked_signals && a.ignored_signals == b.ignored_signals &&
         a.caught_signals == b.caught_signals;
}

std::string text_from(const ProcessStatus& status) {
  const std::string state = status.state == 0 ? "" : fmt::format("State:\t{}\n", status.state);
  return fmt::format(
      "{}SigBlk:\t{:x}\nSigIgn:\t{:x}\nSigCgt:\t{:x}\n"
      "Tgid:\t{}\nUid:\t{}\t{}\t0\t0\nGid:\t0\t{}\t0\t0\nNSpid:\t{}\nCapPrm:\t{:016x}\n",
      state,
      status.blocked_signals,
      status.ignored_signals,
      status.caught_signals,
      status.thread_group,
      status.real_uid,
      status.effective_uid,
      status.effective_gid,
      fmt::join(status.namespace_pids, "\t"),
      status.permitted);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto status = parse_process_status(text);
  if (!status) {
    return 0;
  }
  const auto again = parse_process_status(text_from(*status));
  demand(again.has_value() && same(*again, *status));
  const auto longer = parse_process_status(std::string(text) + "\nFuture:\tUid:\t5\n");
  demand(longer.has_value() && same(*longer, *status));
  return 0;
}
