#include "nsplay/ops/diff_facts.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/inspect.h"
#include "nsplay/ops/time_offsets_file.h"
#include "nsplay/ops/uname_reader.h"
#include "nsplay/procfs/cgroups.h"
#include "nsplay/procfs/id_map.h"
#include "nsplay/procfs/limits.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using Facts = std::vector<DiffFact>;

std::int64_t signed_number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

bool has_uts(const DiffSide& side) {
  return side.namespaces.contains(Kind::uts);
}

bool has_namespaces(const DiffSide& side) {
  return !side.namespaces.empty();
}

bool is_process(const DiffSide& side) {
  return side.process.has_value();
}

/// The same namespace has one uname.
Result<Facts> read_uname_facts(const DiffSide& side, const DiffSide& other) {
  if (share(side, other, Kind::uts)) {
    return Facts();
  }
  const auto& handle = side.namespaces.at(Kind::uts);
  if (!handle) {
    return fail(handle.error());
  }
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  const sys::Uname uname = own.contain(*handle) ? sys::read_uname() : TRY(read_uname_in(*handle));
  Facts facts;
  for (const UnameField& field : compare(uname, uname)) {
    facts.push_back({std::string(field.name), DiffValue(field.target)});
  }
  return facts;
}

void add_owner(const ns::NamespaceHandle& handle, Facts& facts) {
  const std::string path = fmt::format("{}.owner", ns::name_of(handle.kind()));
  const auto owner = ns::owner_of(handle);
  if (!owner) {
    facts.push_back(
        {path, fail(Error(owner.error()).with_hint("it lies outside of your own user namespace"))});
  } else if (*owner) {
    facts.push_back({path, DiffValue((*owner)->ref())});
  }
}

bool are_known_to_differ(const DiffSide& side, const DiffSide& other, Kind kind) {
  return side.namespaces.at(kind) && other.namespaces.at(kind) && !share(side, other, kind);
}

/// The owners too, where the namespaces differ. That of a user namespace is its parent.
Result<Facts> read_namespace_facts(const DiffSide& side, const DiffSide& other) {
  Facts facts;
  for (const auto& [kind, handle] : side.namespaces) {
    const std::string name(ns::name_of(kind));
    if (!other.namespaces.contains(kind)) {
      continue;
    }
    facts.push_back(
        {name, handle ? Result<DiffValue>(DiffValue(handle->ref())) : fail(handle.error())});
    if (are_known_to_differ(side, other, kind)) {
      add_owner(*handle, facts);
    }
  }
  return facts;
}

Result<DiffValue> read_id_map(const DiffSide& side, const char* file) {
  std::vector<std::string> lines;
  const auto text = TRY(side.process->dir.read(file, procfs::id_map_limit));
  auto ranges = TRY(procfs::parse_id_map(text));
  // Their order, in which they were written, means nothing.
  std::sort(ranges.begin(), ranges.end(), [](const auto& one, const auto& other) {
    return one.inside < other.inside;
  });
  lines.reserve(ranges.size());
  for (const procfs::IdRange& range : ranges) {
    lines.push_back(fmt::format("{} {} {}", range.inside, range.outside, range.count));
  }
  return DiffValue(std::move(lines));
}

Result<Facts> read_id_map_facts(const DiffSide& side, const DiffSide& other) {
  Facts facts;
  if (!share(side, other, Kind::user)) {
    facts.push_back({"uid_map", read_id_map(side, "uid_map")});
    facts.push_back({"gid_map", read_id_map(side, "gid_map")});
  }
  return facts;
}

DiffValue offset_value(const std::optional<std::chrono::nanoseconds>& offset) {
  return std::int64_t{offset.value_or(std::chrono::nanoseconds(0)).count()};
}

/// A thread's directory has no such file, and that of nsplay itself is a thread's.
Result<std::string> read_time_offsets(const procfs::ProcessDir& dir) {
  constexpr std::size_t offsets_limit = 4096;
  auto text = dir.read("timens_offsets", offsets_limit);
  return !text && text.error().errnum == ENOENT ? dir.read("../../timens_offsets", offsets_limit)
                                                : text;
}

Result<Facts> read_clock_facts(const DiffSide& side, const DiffSide& other) {
  // Before Linux 5.6 there is one time for all.
  if (share(side, other, Kind::time) || !side.namespaces.contains(Kind::time)) {
    return Facts();
  }
  const auto offsets = TRY(parse_time_offsets(TRY(read_time_offsets(side.process->dir))));
  return Facts{{"monotonic", offset_value(offsets.monotonic)},
               {"boottime", offset_value(offsets.boottime)}};
}

DiffValue capability_list(sys::CapabilitySet set) {
  return sys::capability_names(set);
}

DiffValue list_of(const std::vector<gid_t>& groups) {
  std::vector<std::string> list;
  std::transform(groups.begin(), groups.end(), std::back_inserter(list), [](gid_t group) {
    return std::to_string(group);
  });
  return list;
}

DiffValue seccomp_mode_name(int mode) {
  constexpr std::array<const char*, 3> names = {"none", "strict", "filters"};
  const auto index = static_cast<std::size_t>(mode);
  return index < names.size() ? std::string(names.at(index)) : std::to_string(mode);
}

Result<Facts> read_credential_facts(const DiffSide& side, const DiffSide& /*other*/) {
  const procfs::ProcessStatus status = TRY(side.process->dir.status());
  return Facts{{"uid.real", DiffValue(signed_number(status.real_uid))},
               {"uid.effective", DiffValue(signed_number(status.effective_uid))},
               {"gid.real", DiffValue(signed_number(status.real_gid))},
               {"gid.effective", DiffValue(signed_number(status.effective_gid))},
               {"groups", list_of(status.groups)},
               {"capabilities.inheritable", capability_list(status.inheritable)},
               {"capabilities.permitted", capability_list(status.permitted)},
               {"capabilities.effective", capability_list(status.effective)},
               {"capabilities.bounding", capability_list(status.bounding)},
               {"capabilities.ambient", capability_list(status.ambient)},
               {"no_new_privileges", DiffValue(status.no_new_privileges)},
               {"seccomp", seccomp_mode_name(status.seccomp_mode)}};
}

/// "/" is the root of the caller's cgroup namespace on both sides.
Result<Facts> read_cgroup_facts(const DiffSide& side, const DiffSide& /*other*/) {
  Facts facts;
  const auto text = TRY(side.process->dir.read("cgroup", procfs::cgroups_limit));
  for (const procfs::CgroupMembership& cgroup : TRY(procfs::parse_cgroups(text))) {
    facts.push_back(
        {cgroup.controllers.empty() ? "unified" : cgroup.controllers, DiffValue(cgroup.path)});
  }
  return facts;
}

/// "Max open files" is "max_open_files".
std::string path_of_limit(const std::string& name) {
  std::string path;
  std::transform(name.begin(), name.end(), std::back_inserter(path), [](char letter) {
    const bool is_capital = letter >= 'A' && letter <= 'Z';
    return letter == ' ' ? '_' : static_cast<char>(is_capital ? letter - 'A' + 'a' : letter);
  });
  return path;
}

/// A text where a signed number has no room for it.
DiffValue limit_value(const std::optional<std::uint64_t>& limit) {
  if (!limit) {
    return std::string("unlimited");
  }
  return *limit <= INT64_MAX ? DiffValue(signed_number(*limit)) : DiffValue(std::to_string(*limit));
}

Result<Facts> read_limit_facts(const DiffSide& side, const DiffSide& /*other*/) {
  Facts facts;
  const auto text = TRY(side.process->dir.read("limits", procfs::limits_limit));
  for (const procfs::LimitLine& line : TRY(procfs::parse_limits(text))) {
    const std::string path = path_of_limit(line.name);
    facts.push_back({path + ".soft", limit_value(line.soft)});
    facts.push_back({path + ".hard", limit_value(line.hard)});
  }
  return facts;
}

Result<DiffValue> read_path(const DiffSide& side, const char* link) {
  return DiffValue(TRY(side.process->dir.read_link(link)));
}

/// As the caller sees them; those of another mount namespace from its root on.
Result<Facts> read_path_facts(const DiffSide& side, const DiffSide& /*other*/) {
  return Facts{{"root", read_path(side, "root")}, {"cwd", read_path(side, "cwd")}};
}

constexpr std::array reader_table = {
    DiffReader{"uname", &has_uts, &read_uname_facts},
    DiffReader{"namespaces", &has_namespaces, &read_namespace_facts},
    DiffReader{"id-maps", &is_process, &read_id_map_facts},
    DiffReader{"clocks", &is_process, &read_clock_facts},
    DiffReader{"credentials", &is_process, &read_credential_facts},
    DiffReader{"cgroups", &is_process, &read_cgroup_facts},
    DiffReader{"limits", &is_process, &read_limit_facts},
    DiffReader{"paths", &is_process, &read_path_facts},
};

}  // namespace

Result<DiffSide> diff_side_of(target::Target target) {
  DiffSide side;
  side.expression = std::move(target.expression);
  if (auto* handle = std::get_if<ns::NamespaceHandle>(&target.subject)) {
    const Kind kind = handle->kind();
    side.namespaces.emplace(kind, std::move(*handle));
    return side;
  }
  side.process = std::get<procfs::PinnedProcess>(std::move(target.subject));
  const ns::KindSet known = TRY(ns::OwnNamespaces::read()).known();
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (known.contains(info.kind)) {
      side.namespaces.emplace(info.kind, ns::open_namespace(*side.process, info.kind));
    }
  }
  return side;
}

bool share(const DiffSide& one, const DiffSide& other, Kind kind) {
  const auto here = one.namespaces.find(kind);
  const auto there = other.namespaces.find(kind);
  return here != one.namespaces.end() && there != other.namespaces.end() && here->second &&
         there->second && here->second->identity() == there->second->identity();
}

std::span<const DiffReader> diff_readers() noexcept {
  return reader_table;
}

}  // namespace nsplay::ops
