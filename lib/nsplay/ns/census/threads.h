#pragma once

// A source of the census: threads that are in other namespaces than their process.

#include <sys/types.h>

#include "nsplay/ns/census/scan_record.h"
#include "nsplay/ns/census/task_view.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ns {

/// Whether a thread may be in another namespace of one of these kinds.
bool may_differ_in_threads(KindSet kinds);

/// `proc` is the directory /proc.
bool has_threads(const sys::UniqueFd& proc, pid_t pid);

/// `presence` is that of the first thread. Where it has ended, the process is what the first of the
/// others is.
void look_at_threads(
    const sys::UniqueFd& proc, pid_t pid, Presence presence, TaskView& view, ScanRecord& record);

}  // namespace nsplay::ns
