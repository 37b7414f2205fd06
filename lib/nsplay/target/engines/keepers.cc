#include "nsplay/target/engines/keepers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/procfs/cgroups.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/procfs/strings.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/engines/cgroup_marks.h"

namespace nsplay::target {
namespace {

constexpr std::size_t keeper_line_limit = 128UL * 1024;
constexpr std::size_t children_limit = 64UL * 1024;

constexpr std::array<std::string_view, 7> keeper_programs = {
    "bwrap", "conmon", "dockerd", "firejail", "lxc-execute", "lxc-start", "systemd-nspawn"};
constexpr std::string_view shim_program = "containerd-shim";

/// LXC's monitor writes "[lxc monitor] DIRECTORY NAME" over its command line.
constexpr std::string_view lxc_title = "[lxc monitor] ";

std::string_view without_directories(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_keeper_program(std::string_view program) {
  return program.starts_with(shim_program) ||
         std::find(keeper_programs.begin(), keeper_programs.end(), program) !=
             keeper_programs.end();
}

Keeper lxc_monitor(std::string_view title) {
  const std::string_view rest = title.substr(lxc_title.size());
  const auto blank = rest.rfind(' ');
  Keeper keeper;
  if (blank != std::string_view::npos) {
    keeper.program = "[lxc monitor]";
    keeper.line.words = {std::string(rest.substr(0, blank)), std::string(rest.substr(blank + 1))};
  }
  return keeper;
}

/// /proc/PID/task/TID/children needs CONFIG_PROC_CHILDREN, proc(5); without it there are none.
std::vector<pid_t> children_of(const procfs::ProcessDir& process) {
  std::vector<pid_t> children;
  const auto tasks = process.open_file("task", O_RDONLY | O_DIRECTORY);
  const auto threads = tasks ? sys::numeric_entries(*tasks, "task") : fail(Error{});
  for (const pid_t thread : threads.value_or(std::vector<pid_t>{})) {
    const std::string text =
        process.read(fmt::format("task/{}/children", thread).c_str(), children_limit).value_or("");
    for (const std::string_view word : split_words(text)) {
      children.push_back(parse_number<pid_t>(word).value_or(0));
    }
  }
  return children;
}

bool is_first_of_pid_namespace(pid_t pid) {
  const auto process = procfs::ProcessDir::open(pid);
  const auto status = process ? process->status() : fail(Error{});
  return status && status->namespace_pids.size() > 1 && status->namespace_pids.back() == 1;
}

/// A container that shares the pid namespace of the machine has no such init, but is an only child.
std::vector<pid_t> inits_among(std::vector<pid_t> children) {
  if (children.size() != 1) {
    std::erase_if(children, [](pid_t pid) { return !is_first_of_pid_namespace(pid); });
  }
  return children;
}

/// The innermost container by whose id a cgroup of the process is called.
std::string id_by_cgroup(pid_t pid) {
  const auto process = procfs::ProcessDir::open(pid);
  const auto text = process ? process->read("cgroup", procfs::cgroups_limit) : fail(Error{});
  const auto memberships = text ? procfs::parse_cgroups(*text) : fail(Error{});
  for (const auto& membership : memberships.value_or(std::vector<procfs::CgroupMembership>())) {
    for (const CgroupMark& mark : marks_in(membership.path)) {
      if (is_container_id(mark.word)) {
        return mark.word;
      }
    }
  }
  return {};
}

}  // namespace

bool is_stub(const Keeper& keeper, const std::vector<Keeper>& keepers) {
  return std::any_of(keepers.begin(), keepers.end(), [&](const Keeper& other) {
    return other.init == keeper.pid && other.program == keeper.program && other.line == keeper.line;
  });
}

Keeper parse_keeper(std::string_view text) {
  if (text.starts_with(lxc_title)) {
    return lxc_monitor(text.substr(0, text.find('\0')));
  }
  const std::string_view program = without_directories(text.substr(0, text.find('\0')));
  if (!is_keeper_program(program)) {
    return {};
  }
  Keeper keeper;
  keeper.program = program;
  auto arguments = procfs::parse_strings(text);
  arguments.erase(arguments.begin());
  keeper.line = parse_command_line(keeper.program, arguments);
  return keeper;
}

Keeper keeper_in(pid_t pid, const procfs::ProcessDir& process) {
  Keeper keeper = parse_keeper(process.read("cmdline", keeper_line_limit).value_or(""));
  const auto status = keeper.program.empty() ? fail(Error{}) : process.status();
  if (!status) {
    return {};
  }
  keeper.pid = pid;
  keeper.uid = status->real_uid;
  keeper.saved_uid = status->saved_uid;
  const auto inits = inits_among(children_of(process));
  keeper.init = inits.size() == 1 ? inits.front() : 0;
  if (keeper.program.starts_with(shim_program)) {
    for (const pid_t init : inits) {
      keeper.inits.push_back({init, id_by_cgroup(init)});
    }
  }
  if (keeper.program == "systemd-nspawn") {
    keeper.directory = process.read_link("cwd").value_or(std::string());
  }
  return keeper;
}

std::vector<Keeper> keepers_among(const std::vector<procfs::CommandHead>& processes) {
  std::vector<Keeper> keepers;
  for (const procfs::CommandHead& head : processes) {
    const bool is_one = !parse_keeper(head.text).program.empty();
    const auto process = is_one ? procfs::ProcessDir::open(head.pid) : fail(Error{});
    Keeper keeper = process ? keeper_in(head.pid, *process) : Keeper();
    if (keeper.pid != 0) {
      keepers.push_back(std::move(keeper));
    }
  }
  return keepers;
}

Result<std::vector<Keeper>> find_keepers() {
  return keepers_among(TRY(procfs::command_heads()));
}

}  // namespace nsplay::target
