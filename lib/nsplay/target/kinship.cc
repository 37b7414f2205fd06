#include "nsplay/target/kinship.h"

#include <utility>

#include "nsplay/ns/handle.h"
#include "nsplay/procfs/cgroups.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/namespaces.h"

namespace nsplay::target {
namespace {

constexpr std::size_t longest_line = 256;
constexpr const char* pid_namespace_file = "ns/pid";

std::uint64_t pid_namespace_of(const procfs::ProcessDir& process) {
  const auto identity = process.identity(pid_namespace_file);
  return identity ? identity->inode : 0;
}

pid_t init_of_namespace(const procfs::ProcessDir& process) {
  const auto file = process.open_file(pid_namespace_file, O_RDONLY);
  const auto init = file ? sys::pid_from_namespace(*file, 1, pid_namespace_file) : fail(Error{});
  return init.value_or(0);
}

pid_t parent_in(const procfs::ProcessDir& process) {
  const auto stat = process.stat();
  return stat ? stat->parent : 0;
}

std::string cgroups_in(const procfs::ProcessDir& process) {
  return process.read("cgroup", procfs::cgroups_limit).value_or(std::string());
}

}  // namespace

std::vector<pid_t> line_of(Kinship& kinship, pid_t pid) {
  std::vector<pid_t> line;
  while (pid > 0 && line.size() < longest_line) {
    line.push_back(pid);
    pid = kinship.parent_of(pid);
  }
  return line;
}

/// The caller's own pid namespace is as one that cannot be seen: its init is nobody's.
ProcKinship::ProcKinship() : init_of_namespace_{{0, 0}} {
  if (const auto self = procfs::ProcessDir::open_self()) {
    init_of_namespace_.emplace(pid_namespace_of(*self), 0);
  }
}

pid_t ProcKinship::parent_of(pid_t pid) {
  const auto [place, is_new] = parents_.try_emplace(pid, 0);
  if (is_new) {
    const auto process = procfs::ProcessDir::open(pid);
    place->second = process ? parent_in(*process) : 0;
  }
  return place->second;
}

const std::string& ProcKinship::cgroups_of(pid_t pid) {
  const auto [place, is_new] = cgroups_.try_emplace(pid);
  if (is_new) {
    const auto process = procfs::ProcessDir::open(pid);
    place->second = process ? cgroups_in(*process) : std::string();
  }
  return place->second;
}

pid_t ProcKinship::init_for(pid_t pid) {
  const auto [place, is_new] = inits_.try_emplace(pid, 0);
  if (is_new) {
    const auto process = procfs::ProcessDir::open(pid);
    place->second = process ? init_seen_by(*process) : 0;
  }
  return place->second;
}

pid_t ProcKinship::init_seen_by(const procfs::ProcessDir& process) {
  const auto [place, is_new] = init_of_namespace_.try_emplace(pid_namespace_of(process), 0);
  if (is_new) {
    place->second = init_of_namespace(process);
  }
  return place->second;
}

void ProcKinship::meet(pid_t pid) {
  if (!met_.insert(pid).second) {
    return;
  }
  if (const auto process = procfs::ProcessDir::open(pid)) {
    parents_.try_emplace(pid, parent_in(*process));
    cgroups_.try_emplace(pid, cgroups_in(*process));
    inits_.try_emplace(pid, init_seen_by(*process));
  }
  look_for_keepers(line_of(*this, parent_of(pid)));
  const pid_t init = init_for(pid);
  look_for_keepers(line_of(*this, init != pid ? init : 0));
}

void ProcKinship::look_for_keepers(const std::vector<pid_t>& line) {
  for (const pid_t pid : line) {
    const auto process = seen_.insert(pid).second ? procfs::ProcessDir::open(pid) : fail(Error{});
    if (Keeper keeper = process ? keeper_in(pid, *process) : Keeper(); keeper.pid != 0) {
      keepers_.push_back(std::move(keeper));
    }
  }
}

}  // namespace nsplay::target
