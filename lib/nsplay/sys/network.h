#pragma once

// Interfaces of the network namespace that the caller is in, netdevice(7).

namespace nsplay::sys {

/// Brings the loopback interface up; the kernel gives it 127.0.0.1 and ::1 then. The errno, 0 for
/// success: EPERM without CAP_NET_ADMIN over the namespace's owner. Allocates nothing.
[[nodiscard]] int bring_up_loopback() noexcept;

}  // namespace nsplay::sys
