#include "nsplay/ops/create_mounts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/device_files.h"
#include "nsplay/procfs/mountinfo.h"
#include "nsplay/procfs/process_dir.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::KindSet;
using sys::Propagation;

constexpr std::string_view binfmt_place = "/proc/sys/fs/binfmt_misc";

constexpr sys::FileSystem proc = {.type = "proc"};
constexpr sys::FileSystem binfmt = {.type = "binfmt_misc"};
constexpr sys::FileSystem tmpfs = {.type = "tmpfs", .programs = sys::Programs::useful};

struct PropagationName {
  std::string_view name;
  Propagation propagation;
};

constexpr PropagationName propagation_names[] = {{"private", Propagation::isolated},
                                                 {"shared", Propagation::shared},
                                                 {"slave", Propagation::slave},
                                                 {"unchanged", Propagation::unchanged}};

bool has_usual_binfmt(const MountsRequest& request) {
  return !request.binfmt || request.binfmt->empty();
}

bool wants_binfmt(const MountsRequest& request) {
  return request.binfmt || !request.interpreters.empty();
}

/// Where it is looked for, it is below /proc.
bool wants_proc(const MountsRequest& request) {
  return request.proc || (wants_binfmt(request) && has_usual_binfmt(request));
}

std::string shown_place(const std::string& place) {
  return place.empty() ? "''" : escape_for_terminal(place);
}

std::string option_of(const BindRequest& bind) {
  return bind.source.empty() ? fmt::format("--tmpfs {}", shown_place(bind.destination))
                             : fmt::format("--bind {}:{}{}",
                                           escape_for_terminal(bind.source),
                                           shown_place(bind.destination),
                                           bind.access == Access::read_only ? ":ro" : "");
}

Result<> check_directory(std::string_view option, const std::optional<std::string>& directory) {
  if (directory && directory->empty()) {
    return fail(Error::usage(fmt::format("{} names no directory", option)));
  }
  return {};
}

std::string place_of_binfmt(const MountsRequest& request) {
  return has_usual_binfmt(request) ? std::string(binfmt_place) : *request.binfmt;
}

Result<> check_place(std::string_view option, std::string_view place) {
  if (place.empty()) {
    return fail(Error::usage(fmt::format("{} names no place", option)));
  }
  if (place.find_first_not_of("/.") == std::string_view::npos) {
    return fail(Error::usage(fmt::format("{}: nothing is mounted on a root directory", option),
                             "--root DIR makes another directory the root"));
  }
  return {};
}

Result<HeldFile> hold(const std::string& path, int flags = 0) {
  HeldFile held;
  held.file = TRY(sys::open_file(path, O_PATH | flags));
  const std::string link = sys::descriptor_path(held.file.get());
  auto name = sys::read_link(link.c_str());
  if (!name) {
    return fail(std::move(name).error().with_hint("mount a /proc: mount -t proc proc /proc"));
  }
  held.path = *std::move(name);
  held.identity = TRY(sys::identity_of(held.file, escape_for_terminal(path)));
  return held;
}

/// The directories that lead to a place, and the place itself.
std::vector<WayPoint> way_to(const std::string& place) {
  std::vector<WayPoint> way;
  std::string parent = place.starts_with('/') ? "/" : ".";
  for (const std::string_view name : split(place, '/')) {
    if (!name.empty()) {
      way.push_back({parent, std::string(name)});
      parent += fmt::format("/{}", name);
    }
  }
  return way;
}

/// For kernels that cannot make a mount read-only with all that is below it.
Result<std::vector<std::string>> mounts_below(const std::string& place,
                                              const std::string& destination) {
  const auto self = TRY(procfs::ProcessDir::open_self());
  const auto text = TRY(self.read("mountinfo", procfs::mountinfo_limit));
  const std::string beginning = place == "/" ? "" : place;
  std::vector<std::string> below;
  for (const procfs::Mount& mount : TRY(procfs::parse_mountinfo(text))) {
    if (mount.mount_point.starts_with(beginning + "/") && mount.mount_point.size() > 1) {
      below.push_back(destination + mount.mount_point.substr(beginning.size()));
    }
  }
  return below;
}

PreparedMount mount_at(std::string option, std::string destination) {
  PreparedMount mount;
  mount.option = std::move(option);
  mount.way = way_to(destination);
  mount.destination = std::move(destination);
  return mount;
}

Result<PreparedMount> prepare_source(PreparedMount mount, const std::string& source) {
  auto held = hold(source);
  if (!held) {
    return fail(std::move(held).error().during(mount.option));
  }
  mount.mount_point = sys::is_directory(held->file) ? MountPoint::directory : MountPoint::file;
  mount.source = *std::move(held);
  return mount;
}

Result<PreparedMount> prepare_bind(const BindRequest& bind) {
  PreparedMount mount = mount_at(option_of(bind), bind.destination);
  if (bind.source.empty()) {
    mount.file_system = tmpfs;
    return mount;
  }
  mount = TRY(prepare_source(std::move(mount), bind.source));
  mount.access = bind.access;
  if (bind.access == Access::read_only) {
    mount.mounts_below = TRY(mounts_below(mount.source->path, mount.destination));
  }
  return mount;
}

Result<PreparedMount> prepare_device(const DeviceFile& row) {
  const std::string path(row.path);
  PreparedMount mount = mount_at("--dev", path);
  mount.file_system = row.file_system;
  mount.link = row.target;
  if (row.kind == DeviceKind::ipc) {
    mount.need = Need::if_known;
  }
  if (row.kind == DeviceKind::bound) {
    return prepare_source(std::move(mount), path);
  }
  return mount;
}

Result<> prepare_devices(KindSet kinds, std::vector<PreparedMount>& mounts) {
  for (const DeviceFile& row : device_files()) {
    const bool is_of_others = kinds.contains(Kind::user) && !kinds.contains(Kind::ipc);
    if (row.kind != DeviceKind::ipc || !is_of_others) {
      mounts.push_back(TRY(prepare_device(row)));
    }
  }
  return {};
}

}  // namespace

Result<BindRequest> parse_bind(std::string_view text) {
  const auto parts = split(text, ':');
  const bool is_read_only = parts.size() == 3 && parts[2] == "ro";
  if ((parts.size() != 2 && !is_read_only) || parts[0].empty()) {
    return fail(Error::usage(fmt::format("--bind wants SRC:DST or SRC:DST:ro, not {}", quote(text)),
                             "as in --bind /srv/data:/data:ro"));
  }
  return BindRequest{std::string(parts[0]),
                     std::string(parts[1]),
                     is_read_only ? Access::read_only : Access::read_write};
}

Result<Propagation> parse_propagation(std::string_view text) {
  const auto* row = std::find_if(std::begin(propagation_names),
                                 std::end(propagation_names),
                                 [&](const PropagationName& name) { return name.name == text; });
  if (row == std::end(propagation_names)) {
    return fail(Error::usage(fmt::format(
        "--propagation wants private, shared, slave or unchanged, not {}", quote(text))));
  }
  return row->propagation;
}

KindSet kinds_for(const MountsRequest& request) {
  KindSet kinds;
  if (request.propagation || request.root || !request.binds.empty() || request.dev) {
    kinds.insert(Kind::mnt);
  }
  if (wants_proc(request)) {
    kinds.insert(Kind::mnt);
    kinds.insert(Kind::pid);
  }
  if (wants_binfmt(request)) {
    kinds.insert(Kind::mnt);
    kinds.insert(Kind::user);
  }
  return kinds;
}

Result<> check_mounts(const MountsRequest& request) {
  for (const BindRequest& bind : request.binds) {
    TRY(check_place(option_of(bind), bind.destination));
  }
  TRY(check_directory("--root", request.root));
  TRY(check_directory("--wd", request.working_directory));
  TRY(check_place("--mount-proc", request.proc.value_or("/proc")));
  TRY(check_place("--mount-binfmt", place_of_binfmt(request)));
  const Propagation propagation = request.propagation.value_or(Propagation::isolated);
  const bool goes_out = propagation == Propagation::shared || propagation == Propagation::unchanged;
  const struct {
    bool is_wanted;
    std::string_view option;
  } makes_mounts[] = {{request.root.has_value(), "--root"},
                      {!request.binds.empty(), "--bind or --tmpfs"},
                      {request.dev, "--dev"},
                      {wants_binfmt(request), "--mount-binfmt"}};
  for (const auto& row : makes_mounts) {
    if (goes_out && row.is_wanted) {
      return fail(Error::usage(
          fmt::format("{} contradicts --propagation shared and unchanged", row.option),
          "what is mounted would appear outside as well; use --propagation private or slave"));
    }
  }
  return {};
}

Result<MountPlan> prepare_mounts(const MountsRequest& request, KindSet kinds) {
  MountPlan plan;
  plan.propagation = request.propagation.value_or(
      kinds.contains(Kind::mnt) ? Propagation::isolated : Propagation::unchanged);
  plan.working_directory = request.working_directory;
  if (request.root) {
    auto root = hold(*request.root, O_DIRECTORY);
    if (!root) {
      return fail(std::move(root).error().during("--root"));
    }
    plan.root = *std::move(root);
  }
  for (const BindRequest& bind : request.binds) {
    plan.mounts.push_back(TRY(prepare_bind(bind)));
  }
  if (request.dev) {
    TRY(prepare_devices(kinds, plan.mounts));
  }
  if (wants_proc(request)) {
    plan.mounts.push_back(mount_at("--mount-proc", request.proc.value_or("/proc")));
    plan.mounts.back().file_system = proc;
  }
  if (wants_binfmt(request)) {
    plan.mounts.push_back(mount_at("--mount-binfmt", place_of_binfmt(request)));
    plan.mounts.back().file_system = binfmt;
    plan.mounts.back().definitions = request.interpreters;
  }
  return plan;
}

}  // namespace nsplay::ops
