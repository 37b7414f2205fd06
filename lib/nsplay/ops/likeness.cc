#include "nsplay/ops/likeness.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/procfs/limits.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

using procfs::PinnedProcess;
using procfs::ProcessStatus;
using Notes = std::vector<std::string>;

constexpr int seccomp_strict = 1;
constexpr int seccomp_filters = 2;

/// How long a target may take to stand still for a moment.
constexpr std::chrono::milliseconds tracing_patience(2000);

/// A filter has at most 4,096 instructions, and 32,768 instructions are the most for a process.
constexpr std::size_t answer_limit = 1UL << 20;

void note(Notes& notes, std::string_view what, std::string_view why) {
  notes.push_back(fmt::format("not copied from the target: {}: {}", what, why));
}

// The answer of the process that traces, as one text: errno, then each filter after its length.
// All numbers have eight bytes.

void put(std::string& text, std::uint64_t number) {
  text.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::uint64_t take(std::string_view& text) {
  std::uint64_t number = 0;
  if (text.size() >= sizeof number) {
    std::memcpy(&number, text.data(), sizeof number);
    text.remove_prefix(sizeof number);
  }
  return number;
}

int answer(const sys::UniqueFd& pipe, pid_t pid) {
  sys::set_dumpable(sys::Dumpable::no);
  const sys::SeccompFilters read = sys::read_seccomp_filters(pid, tracing_patience);
  std::string text;
  put(text, static_cast<std::uint64_t>(read.errnum));
  for (const sys::SeccompFilter& filter : read.filters) {
    put(text, filter.size());
    for (const std::uint64_t instruction : filter) {
      put(text, instruction);
    }
  }
  return sys::write_fully(pipe.get(), text, "a pipe") ? 0 : 1;
}

sys::SeccompFilters filters_from(std::string_view text) {
  sys::SeccompFilters filters;
  filters.errnum = text.empty() ? ECHILD : static_cast<int>(take(text));
  while (!text.empty()) {
    sys::SeccompFilter filter(std::min(take(text), text.size() / sizeof(std::uint64_t)));
    for (std::uint64_t& instruction : filter) {
      instruction = take(text);
    }
    filters.filters.push_back(std::move(filter));
  }
  return filters;
}

/// By a process of its own: whatever happens, its end lets the target go on.
Result<sys::SeccompFilters> read_filters(pid_t pid) {
  sys::Pipe pipe = TRY(sys::make_pipe());
  const sys::Child tracer = TRY(sys::start_child(0, [&] { return answer(pipe.write_end, pid); }));
  pipe.write_end.reset();
  if (!sys::wait_readable({pipe.read_end.get()}, 2 * tracing_patience)) {
    return sys::SeccompFilters{ETIMEDOUT, {}};
  }
  return filters_from(TRY(sys::read_all(pipe.read_end, answer_limit, "a pipe")));
}

Result<std::vector<sys::ResourceLimit>> copy_limits(const PinnedProcess& process, Notes& notes) {
  const bool may_raise = sys::has_capability(sys::Capability::sys_resource);
  std::vector<sys::ResourceLimit> limits;
  const auto lines =
      TRY(procfs::parse_limits(TRY(process.dir.read("limits", procfs::limits_limit))));
  for (const procfs::LimitLine& line : lines) {
    const auto resource = sys::resource_named(line.name);
    if (!resource) {
      continue;
    }
    const sys::ResourceLimit limit{
        *resource, line.soft.value_or(RLIM_INFINITY), line.hard.value_or(RLIM_INFINITY)};
    const rlim_t own = sys::own_limit(*resource).hard;
    if (limit.hard > own && !may_raise) {
      note(notes,
           fmt::format("\"{}\"", escape_for_terminal(line.name)),
           "only who has CAP_SYS_RESOURCE may raise a hard limit");
    }
    limits.push_back(limit);
  }
  return limits;
}

Result<std::optional<std::string>> copy_oom_score(const PinnedProcess& process, Notes& notes) {
  constexpr std::size_t number_limit = 64;
  const char* file = "oom_score_adj";
  const auto theirs = TRY(process.dir.read(file, number_limit));
  const auto self = TRY(procfs::ProcessDir::open_self());
  const auto ours = TRY(self.read(file, number_limit));
  const auto number = [](std::string_view text) {
    return parse_number<int>(text.substr(0, text.find('\n'))).value_or(0);
  };
  if (number(theirs) < number(ours) && !sys::has_capability(sys::Capability::sys_resource)) {
    note(notes, "its oom_score_adj", "only who has CAP_SYS_RESOURCE may lower it");
    return std::nullopt;
  }
  return number(theirs) == number(ours) ? std::nullopt : std::optional(theirs);
}

std::optional<int> copy_nice(int theirs, Notes& notes) {
  const int ours = sys::own_nice();
  if (theirs < ours && !sys::has_capability(sys::Capability::sys_nice)) {
    note(notes, "its nice value", "only who has CAP_SYS_NICE may lower it");
    return std::nullopt;
  }
  return theirs == ours ? std::nullopt : std::optional(theirs);
}

/// Before Linux 6.16 or so, a program whose real and effective ids differ counts as set-user-ID.
void tell_of_ids(const ProcessStatus& status, Notes& notes) {
  const bool differ =
      status.real_uid != status.effective_uid || status.real_gid != status.effective_gid;
  if (differ && (status.no_new_privileges || status.ambient != 0)) {
    note(notes,
         "effective ids other than the real ones",
         "an older kernel's execve(2) gives them, or the ambient capabilities, up");
  }
}

}  // namespace

Result<Likeness> likeness_of(const PinnedProcess& process, Notes& notes) {
  const ProcessStatus status = TRY(process.dir.status());
  Likeness likeness;
  likeness.capabilities = {
      status.inheritable, status.permitted, status.effective, status.bounding, status.ambient};
  likeness.no_new_privileges = status.no_new_privileges;
  likeness.umask = status.umask;
  likeness.nice = copy_nice(TRY(process.dir.stat()).nice, notes);
  likeness.has_filters = status.seccomp_mode == seccomp_filters;
  if (status.seccomp_mode == seccomp_strict) {
    note(notes, "its strict seccomp mode", "no program can be executed in it");
  }
  likeness.limits = TRY(copy_limits(process, notes));
  likeness.oom_score_adjustment = TRY(copy_oom_score(process, notes));
  tell_of_ids(status, notes);
  note(notes, "its securebits", "the kernel does not show them");
  return likeness;
}

void fit_capabilities(Likeness& likeness, const sys::UserIds& user, Notes& notes) {
  sys::CapabilitySets& sets = likeness.capabilities;
  const bool is_root = user.real == 0 || user.effective == 0;
  if (is_root && ((sets.bounding | sets.inheritable) & ~sets.permitted) != 0) {
    sets.bounding &= sets.permitted;
    sets.inheritable &= sets.permitted;
    note(notes,
         "capabilities that it could have, but has not",
         "execve(2) would give them all to root, so they are dropped for good");
  }
  if (!is_root && (sets.permitted & ~sets.ambient) != 0) {
    note(
        notes, "capabilities that are not ambient", "execve(2) takes them from everybody but root");
  }
}

Result<> read_filters_of(const PinnedProcess& process, Likeness& likeness, Notes& notes) {
  if (!likeness.has_filters) {
    return {};
  }
  sys::SeccompFilters read = TRY(read_filters(process.pid));
  // Otherwise they may be those of a process that has got its pid.
  if (!procfs::still_exists(process)) {
    return fail(Error::of(ESRCH, "read the seccomp filters of", std::to_string(process.pid)));
  }
  if (read.errnum != 0) {
    note(notes,
         "its seccomp filters",
         Error::of(read.errnum, "PTRACE_SECCOMP_GET_FILTER", "").message());
    return {};
  }
  if (std::any_of(read.filters.begin(), read.filters.end(), sys::asks_a_supervisor)) {
    note(notes, "the supervisor of its seccomp filter", "what it decides fails with ENOSYS");
  }
  likeness.filters = std::move(read.filters);
  return {};
}

ChildReport take_oom_score(const Likeness& likeness) noexcept {
  const auto& text = likeness.oom_score_adjustment;
  return failure_of(Step::set_oom_score,
                    text ? sys::write_text_to("/proc/self/oom_score_adj", *text) : 0);
}

ChildReport take_limits(const Likeness& likeness) noexcept {
  if (likeness.umask) {
    sys::set_umask(*likeness.umask);
  }
  if (const int error = likeness.nice ? sys::set_nice(*likeness.nice) : 0) {
    return failure_of(Step::set_limits, error);
  }
  for (const sys::ResourceLimit& limit : likeness.limits) {
    if (const int error = sys::set_limit(limit)) {
      return failure_of(Step::set_limits, error);
    }
  }
  return failure_of(Step::set_limits, 0);
}

bool filters_come_early(const Likeness& likeness) noexcept {
  const auto sys_admin = sys::CapabilitySet{1} << static_cast<int>(sys::Capability::sys_admin);
  return !likeness.no_new_privileges && (likeness.capabilities.effective & sys_admin) == 0;
}

ChildReport take_filters(const Likeness& likeness) noexcept {
  for (const sys::SeccompFilter& filter : likeness.filters) {
    if (const int error = sys::install_seccomp_filter(filter)) {
      return failure_of(Step::install_filter, error);
    }
  }
  return failure_of(Step::install_filter, 0);
}

}  // namespace nsplay::ops
