#pragma once

// Seccomp filters that make this kernel answer as an older one, or as a container's filter does.
// They hold for the calling process and everything it starts from then on, so they are for forked
// children (front_process.h).

namespace nsplay::test {

/// Every call of it fails with `errnum`.
void deny_syscall(long number, int errnum);

/// Whoever makes the call is killed by SIGSYS.
void kill_who_calls(long number);

/// Before Linux 5.8: setns(2) takes no set of kinds. EINVAL for more than one.
void deny_setns_of_several_kinds();

/// Before Linux 6.11: no PIDFD_GET_*_NAMESPACE, nor any other ioctl on a pidfd. ENOTTY.
void deny_pidfd_ioctls();

/// Before Linux 6.18: no NS_GET_ID. ENOTTY.
void deny_namespace_ids();

/// A kernel without CONFIG_USER_NS, but for the links in /proc: no namespace has an owner, EPERM,
/// and no PIDFD_GET_USER_NAMESPACE, EOPNOTSUPP.
void deny_user_namespaces();

/// As container engines do: clone(2) with any CLONE_NEW* bit fails with `errnum`.
void deny_clone_of_namespaces(int errnum);

/// As container engines do: unshare(2) with any CLONE_NEW* bit fails with `errnum`.
void deny_unshare_of_namespaces(int errnum);

}  // namespace nsplay::test
