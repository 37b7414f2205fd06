#include "nsplay/sys/limits.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace nsplay::sys {
namespace {

struct ResourceName {
  std::string_view name;
  int resource;
};

constexpr ResourceName resource_names[] = {
    {"Max cpu time", RLIMIT_CPU},
    {"Max file size", RLIMIT_FSIZE},
    {"Max data size", RLIMIT_DATA},
    {"Max stack size", RLIMIT_STACK},
    {"Max core file size", RLIMIT_CORE},
    {"Max resident set", RLIMIT_RSS},
    {"Max processes", RLIMIT_NPROC},
    {"Max open files", RLIMIT_NOFILE},
    {"Max locked memory", RLIMIT_MEMLOCK},
    {"Max address space", RLIMIT_AS},
    {"Max file locks", RLIMIT_LOCKS},
    {"Max pending signals", RLIMIT_SIGPENDING},
    {"Max msgqueue size", RLIMIT_MSGQUEUE},
    {"Max nice priority", RLIMIT_NICE},
    {"Max realtime priority", RLIMIT_RTPRIO},
    {"Max realtime timeout", RLIMIT_RTTIME},
};

int set(const ResourceLimit& limit) noexcept {
  const struct rlimit value = {limit.soft, limit.hard};
  return ::setrlimit(static_cast<__rlimit_resource>(limit.resource), &value) == 0 ? 0 : errno;
}

}  // namespace

std::optional<int> resource_named(std::string_view name) {
  const auto* row = std::find_if(std::begin(resource_names),
                                 std::end(resource_names),
                                 [&](const ResourceName& entry) { return entry.name == name; });
  return row == std::end(resource_names) ? std::nullopt : std::optional(row->resource);
}

ResourceLimit own_limit(int resource) noexcept {
  struct rlimit value = {RLIM_INFINITY, RLIM_INFINITY};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &value);
  return {resource, value.rlim_cur, value.rlim_max};
}

int set_limit(const ResourceLimit& limit) noexcept {
  const int error = set(limit);
  if (error != EPERM) {
    return error;
  }
  const rlim_t hard = own_limit(limit.resource).hard;
  return set({limit.resource, std::min(limit.soft, hard), std::min(limit.hard, hard)});
}

RaisedDescriptorLimit::RaisedDescriptorLimit() noexcept : former_(own_limit(RLIMIT_NOFILE)) {
  static_cast<void>(set_limit({RLIMIT_NOFILE, former_.hard, former_.hard}));
}

RaisedDescriptorLimit::~RaisedDescriptorLimit() {
  static_cast<void>(set_limit(former_));
}

int own_nice() noexcept {
  return ::getpriority(PRIO_PROCESS, 0);
}

int set_nice(int nice) noexcept {
  return ::setpriority(PRIO_PROCESS, 0, nice) == 0 ? 0 : errno;
}

void set_umask(mode_t mask) noexcept {
  ::umask(mask);
}

}  // namespace nsplay::sys
