#pragma once

// From an errno to its cause and cure. Only asked after a failure, so it may look at whatever it
// needs.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "nsplay/base/error.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ns/kind.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {

/// "root (uid 0)", or "uid 4711" for one that has no name here.
std::string show_user(uid_t uid, const std::optional<std::string>& name);

/// Why clone(2) refused new namespaces, and the cure; empty when it is not known.
std::string creation_hint(int errnum, ns::KindSet kinds);

/// Why the caller may not look at the namespaces of a process (ptrace(2), PTRACE_MODE_READ).
std::string access_hint(const procfs::PinnedProcess& process);

/// Why the id maps of a new user namespace were refused; empty when it is not known.
std::string mapping_hint(int errnum);

/// Which capability over its owner the caller lacks to join this namespace; empty when he has it,
/// as after he has joined the owner.
std::string owner_hint(const ns::NamespaceHandle& handle);

/// Why setns(2) into this namespace is refused; empty when the capability rules would allow it.
std::string crossing_hint(const ns::NamespaceHandle& handle);

/// This kernel lacks one of the kinds: which, and what it needs; empty when it lacks none.
std::string missing_kind_hint(ns::KindSet kinds);

/// What it really means that something of the process cannot be had: it is a zombie, it is gone, or
/// the caller may not look at it.
Error explain_process(const procfs::PinnedProcess& process, Error error);

/// Why a user namespace gets no new /proc or /sys: a mount hides a part of the one that is there;
/// the mount is named. `cure` is what else helps. Empty when there is none.
std::string hidden_part_hint(std::string_view place, std::string_view cure);

/// The cure of what can go wrong wherever processes and descriptors are made, whatever for: limits,
/// seccomp filters, a missing /dev. Errors that have a hint already, and others, stay as they are.
Error with_known_cure(Error error);

/// What is left when no rule explains an EPERM: what the kernel does not show.
std::string unexplained_refusal();

}  // namespace nsplay::ops
