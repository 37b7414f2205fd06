#include "nsplay/target/verification.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/procfs/cgroups.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/sys/clock.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/engines/cgroup_marks.h"

namespace nsplay::target {
namespace {

using Memberships = std::vector<procfs::CgroupMembership>;

/// A file is written after the process was started that it names. Clocks are set meanwhile, and a
/// process's start is known to a hundredth of a second.
constexpr std::chrono::seconds slack_of_clocks(5);

Memberships memberships_of(const procfs::ProcessDir& process) {
  const auto text = process.read("cgroup", procfs::cgroups_limit);
  auto all = text ? procfs::parse_cgroups(*text) : fail(Error{});
  return all ? *std::move(all) : Memberships();
}

/// A name may be another engine's container's too, so it counts only where there are no ids.
bool is_word_of(const Candidate& candidate, const CgroupMark& mark) {
  const auto& words = candidate.ids.empty() ? candidate.names : candidate.ids;
  return (!mark.engine.empty() || !candidate.ids.empty()) &&
         std::find(words.begin(), words.end(), mark.word) != words.end();
}

/// Where a process is, and where those are that it may have its cgroups from.
struct Whereabouts {
  Memberships own;
  Memberships inherited;

  [[nodiscard]] bool is_inherited(std::string_view controllers, std::string_view place) const {
    return std::any_of(inherited.begin(), inherited.end(), [&](const auto& other) {
      return other.controllers == controllers && is_at_or_below(other.path, place);
    });
  }
};

Whereabouts whereabouts_of(const Candidate& candidate, const procfs::ProcessDir& process) {
  Whereabouts all{memberships_of(process), {}};
  const auto other = candidate.keeper != 0 ? procfs::ProcessDir::open(candidate.keeper)
                                           : procfs::ProcessDir::open_self();
  if (other) {
    all.inherited = memberships_of(*other);
  }
  return all;
}

/// It is in the cgroup that the engine made for the container.
bool has_cgroup_of_its_own(const Candidate& candidate, const Whereabouts& where) {
  for (const auto& membership : where.own) {
    for (const CgroupMark& mark : marks_in(membership.path)) {
      if (is_word_of(candidate, mark) && !where.is_inherited(membership.controllers, mark.place)) {
        return true;
      }
    }
  }
  return false;
}

/// The innermost container by whose id a cgroup is called is another one.
bool is_of_another_container(const Candidate& candidate, const Whereabouts& where) {
  return std::any_of(where.own.begin(), where.own.end(), [&](const auto& membership) {
    const auto marks = marks_in(membership.path);
    const auto mark = std::find_if(marks.begin(), marks.end(), [](const CgroupMark& one) {
      return !one.engine.empty() && is_container_id(one.word);
    });
    return mark != marks.end() && !is_word_of(candidate, *mark) &&
           !where.is_inherited(membership.controllers, mark->place);
  });
}

bool is_unit(std::string_view component) {
  return component.ends_with(".scope") || component.ends_with(".service");
}

/// systemd has it in other units than that of the machine. Without systemd it is in none.
bool is_in_another_unit(const Candidate& candidate, const Whereabouts& where) {
  bool has_unit = false;
  for (const auto& membership : where.own) {
    for (const std::string_view component : split(membership.path, '/')) {
      if (component == candidate.unit) {
        return false;
      }
      has_unit = has_unit || is_unit(component);
    }
  }
  return has_unit && !candidate.unit.empty();
}

bool is_younger_than_its_record(const Candidate& candidate, const procfs::ProcessStat& stat) {
  return candidate.written &&
         sys::time_of_boot_ticks(stat.start_ticks) > *candidate.written + slack_of_clocks;
}

/// Seen from here, the first process of a pid namespace below the caller's.
Result<bool> is_init(const procfs::ProcessDir& process) {
  const procfs::ProcessStatus status = TRY(process.status());
  return status.namespace_pids.size() > 1 && status.namespace_pids.back() == 1;
}

/// No start time is recorded. One that shares the pid namespace of the machine is no init, but may
/// have a cgroup of its own.
Result<bool> is_what_it_looks_like(const Candidate& candidate,
                                   const procfs::ProcessDir& process,
                                   const procfs::ProcessStat& stat) {
  const Whereabouts where = whereabouts_of(candidate, process);
  if (has_cgroup_of_its_own(candidate, where)) {
    return true;
  }
  if (is_of_another_container(candidate, where) || is_in_another_unit(candidate, where) ||
      is_younger_than_its_record(candidate, stat)) {
    return false;
  }
  return is_init(process);
}

/// Empty: there is none, or the process is gone.
std::string first_mount_of(const procfs::ProcessDir& process) {
  constexpr std::size_t longest_number = 32;
  std::array<char, longest_number> buffer = {};
  const auto file = process.open_file("mountinfo", O_RDONLY);
  const std::size_t bytes = file ? sys::read_some(file->get(), buffer).bytes : 0;
  const std::string_view text(buffer.data(), bytes);
  return std::string(text.substr(0, text.find(' ')));
}

/// Who may not look at a process's namespaces may read its mounts: one has another number in each
/// mnt namespace, proc(5). Without the keeper there is nothing to compare it with.
bool has_other_mounts(const procfs::ProcessDir& process, pid_t keeper) {
  constexpr const char* file = "ns/mnt";
  const auto other = procfs::ProcessDir::open(keeper);
  if (!other) {
    return false;
  }
  const auto its = process.identity(file);
  const auto others = other->identity(file);
  if (its && others) {
    return *its != *others;
  }
  const std::string mount = first_mount_of(process);
  return !mount.empty() && mount != first_mount_of(*other);
}

/// Everybody may read the map, which of the same user namespace is the same.
Result<bool> has_other_user_namespace(const procfs::ProcessDir& process) {
  constexpr const char* file = "uid_map";
  const auto self = TRY(procfs::ProcessDir::open_self());
  return TRY(process.read(file, procfs::id_map_limit)) !=
         TRY(self.read(file, procfs::id_map_limit));
}

/// What another ordinary user says is true of what only he can have made.
Result<bool> is_believable(const Candidate& candidate, const procfs::ProcessDir& process) {
  const bool is_stranger = candidate.said_by != 0 && candidate.said_by != sys::effective_uid();
  return is_stranger ? has_other_user_namespace(process) : true;
}

Result<bool> is_as_said(const Candidate& candidate, const procfs::PinnedProcess& process) {
  const procfs::ProcessStat stat = TRY(process.dir.stat());
  if (stat.state == 'Z' || stat.state == 'X' ||
      (candidate.keeper != 0 && stat.parent != candidate.keeper)) {
    return false;
  }
  if (!TRY(is_believable(candidate, process.dir))) {
    return false;
  }
  if (candidate.sign == Sign::own_mounts) {
    return has_other_mounts(process.dir, candidate.keeper);
  }
  return candidate.start_time ? stat.start_ticks == *candidate.start_time
                              : is_what_it_looks_like(candidate, process.dir, stat);
}

}  // namespace

Result<std::optional<procfs::PinnedProcess>> verify(const Candidate& candidate) {
  if (candidate.pid <= 0 || candidate.standing == Standing::refuted) {
    return std::nullopt;
  }
  auto process = procfs::pin_process(candidate.pid);
  if (!process && process.error().errnum == ESRCH) {
    return std::nullopt;
  }
  if (!process) {
    return fail(std::move(process).error());
  }
  const auto is_it = is_as_said(candidate, *process);
  if (!is_it && procfs::still_exists(*process)) {
    return fail(is_it.error());
  }
  return is_it.value_or(false) ? std::optional(*std::move(process)) : std::nullopt;
}

}  // namespace nsplay::target
