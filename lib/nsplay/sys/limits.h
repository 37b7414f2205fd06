#pragma once

// What a process may use, and how it is scheduled: getrlimit(2), getpriority(2), umask(2). The
// functions marked noexcept may be called between a clone and an exec.

#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string_view>

namespace nsplay::sys {

struct ResourceLimit {
  int resource = 0;  ///< RLIMIT_*
  rlim_t soft = RLIM_INFINITY;
  rlim_t hard = RLIM_INFINITY;
};

/// The number of a limit by its name in /proc/PID/limits, "Max open files"; empty: it has none.
std::optional<int> resource_named(std::string_view name);

/// The calling process's own.
ResourceLimit own_limit(int resource) noexcept;

/// setrlimit(2). Where the hard limit may not be raised, it stays, and the soft one is at most
/// that. The errno, 0 for success.
[[nodiscard]] int set_limit(const ResourceLimit& limit) noexcept;

/// As many descriptors as the hard limit allows, as long as this lives; those that are open then
/// stay so. Where that fails, the limit stays as it is.
class [[nodiscard]] RaisedDescriptorLimit {
 public:
  RaisedDescriptorLimit() noexcept;
  RaisedDescriptorLimit(const RaisedDescriptorLimit&) = delete;
  RaisedDescriptorLimit& operator=(const RaisedDescriptorLimit&) = delete;
  ~RaisedDescriptorLimit();

 private:
  ResourceLimit former_;
};

int own_nice() noexcept;

/// setpriority(2) of the calling process; the errno, 0 for success.
[[nodiscard]] int set_nice(int nice) noexcept;

void set_umask(mode_t mask) noexcept;

}  // namespace nsplay::sys
