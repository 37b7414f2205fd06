#include "nsplay/ops/create_like.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/hints.h"
#include "nsplay/ops/id_maps.h"
#include "nsplay/ops/mapped_ids.h"
#include "nsplay/ops/namespace_owner.h"
#include "nsplay/ops/subordinate_ids.h"
#include "nsplay/ops/time_offsets_file.h"
#include "nsplay/ops/uname_reader.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::KindSet;
using procfs::IdMap;
using procfs::IdRange;
using procfs::PinnedProcess;

/// What a new namespace of a kind begins without.
struct Content {
  Kind kind;
  std::string_view what;
};

constexpr Content contents[] = {
    {Kind::mnt, "mounts"},
    {Kind::net, "network devices and addresses"},
    {Kind::ipc, "IPC objects"},
    {Kind::cgroup, "cgroup"},
};

/// The namespaces of the target that are not ours.
struct Own {
  KindSet kinds;
  ns::NamespaceHandle uts;  ///< held where it is among them
};

Result<Own> own_of(const PinnedProcess& process) {
  const ns::OwnNamespaces ours = TRY(ns::OwnNamespaces::read());
  Own own;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    if (!ours.known().contains(info.kind)) {
      continue;
    }
    ns::NamespaceHandle handle = TRY(ns::open_namespace(process, info.kind));
    if (ours.contain(handle)) {
      continue;
    }
    own.kinds.insert(info.kind);
    if (info.kind == Kind::uts) {
      own.uts = std::move(handle);
    }
  }
  return own;
}

/// The ranges in the form of --map-users.
std::vector<std::string> ranges_of(const IdMap& map) {
  std::vector<std::string> ranges;
  ranges.reserve(map.size());
  for (const IdRange& range : map) {
    ranges.push_back(fmt::format("{}:{}:{}", range.inside, range.outside, range.count));
  }
  return ranges;
}

bool is_subordinate(const IdRange& range, const std::vector<IdSpan>& spans) {
  return std::any_of(spans.begin(), spans.end(), [&](const IdSpan& span) {
    return range.outside >= span.start &&
           std::uint64_t{range.outside} + range.count <= std::uint64_t{span.start} + span.count;
  });
}

/// newuidmap(1) would refuse other ids once the child is there.
Result<> check_side(const SideMapping& side, std::uint32_t own, uid_t uid, IdKind kind) {
  if (side.author == MapAuthor::caller) {
    return {};
  }
  const auto spans = subordinate_ids_of(uid, kind);
  for (const IdRange& range : side.map) {
    const bool is_own = range.outside == own && range.count == 1;
    if (!is_own && (!spans || !is_subordinate(range, *spans))) {
      return fail(Error::of(0,
                            fmt::format("'{} {} {}' has ids that are neither your own nor your "
                                        "subordinate ones (getsubids(1))",
                                        range.inside,
                                        range.outside,
                                        range.count),
                            ""));
    }
  }
  return {};
}

Result<> check_maps(const IdsRequest& ids) {
  std::vector<std::string> ignored;
  const IdMapping mapping = TRY(id_mapping_for(ids, ignored));
  const sys::UserAndGroup owner = owner_of(ids);
  TRY(check_side(mapping.users, owner.uid, owner.uid, IdKind::user));
  return check_side(mapping.groups, owner.gid, owner.uid, IdKind::group);
}

Result<IdsRequest> ids_of(const PinnedProcess& process, IdsRequest ids) {
  const MappedIds mapped = TRY(mapped_ids_of(process.dir));
  ids.users = ranges_of(mapped.users);
  ids.groups = ranges_of(mapped.groups);
  ids.map_none = mapped.users.empty() && mapped.groups.empty();
  if (!ids.setgroups && !mapped.groups.empty() && !mapped.may_set_groups) {
    ids.setgroups = Setgroups::deny;
  }
  return ids;
}

/// The name as it can be set: the target may have none.
void copy_name(const std::string& name, std::optional<std::string>& copy) {
  if (!copy && !name.empty()) {
    copy = name;
  }
}

class Copier {
 public:
  Copier(CreateRequest& request, const PinnedProcess& process)
      : request_(request), process_(process) {}

  Result<> copy(const Own& own) {
    for (const ns::KindInfo& info : ns::all_kinds()) {
      if (own.kinds.contains(info.kind)) {
        request_.kinds.insert(info.kind);
      }
    }
    if (own.kinds.contains(Kind::user)) {
      TRY(copy_ids());
    }
    if (own.kinds.contains(Kind::uts)) {
      copy_names(own.uts);
    }
    if (own.kinds.contains(Kind::time)) {
      TRY(copy_offsets());
    }
    leave_contents(own.kinds);
    return {};
  }

  /// One line of all that is not copied; empty: everything is.
  [[nodiscard]] std::string note() const {
    return left_.empty() ? std::string()
                         : fmt::format("not copied from {}: {}",
                                       escape_for_terminal(*request_.like),
                                       fmt::join(left_, "; "));
  }

 private:
  void leave(std::string_view what, const Error& why) {
    left_.push_back(fmt::format("its {}: {}", what, why.message()));
  }

  Result<> copy_ids() {
    if (names_ids(request_.ids)) {
      return {};
    }
    IdsRequest ids = TRY(ids_of(process_, request_.ids));
    if (const auto possible = check_maps(ids)) {
      request_.ids = std::move(ids);
    } else {
      leave("id maps", possible.error());
    }
    return {};
  }

  void copy_names(const ns::NamespaceHandle& uts) {
    if (request_.hostname && request_.domainname) {
      return;
    }
    const auto uname = read_uname_in(uts);
    if (!uname) {
      leave("hostname", uname.error());
      return;
    }
    copy_name(uname->nodename, request_.hostname);
    copy_name(uname->domainname, request_.domainname);
  }

  Result<> copy_offsets() {
    constexpr std::size_t offsets_limit = 4096;
    const std::string text = TRY(process_.dir.read("timens_offsets", offsets_limit));
    const TimeOffsets offsets = TRY(parse_time_offsets(text));
    TimeOffsets& copies = request_.time_offsets;
    copies.monotonic = copies.monotonic ? copies.monotonic : offsets.monotonic;
    copies.boottime = copies.boottime ? copies.boottime : offsets.boottime;
    return {};
  }

  void leave_contents(KindSet kinds) {
    std::vector<std::string_view> names;
    for (const Content& content : contents) {
      if (kinds.contains(content.kind)) {
        names.push_back(content.what);
      }
    }
    if (!names.empty()) {
      left_.push_back(fmt::format("its {}", fmt::join(names, ", ")));
    }
  }

  CreateRequest& request_;
  const PinnedProcess& process_;
  std::vector<std::string> left_;
};

Error has_nothing(const std::string& target) {
  return Error::usage(
      fmt::format("--like {}: it has no namespace of its own", escape_for_terminal(target)),
      "all of its namespaces are yours too; name the ones that you want, as in --uts");
}

Result<> copy_from(const PinnedProcess& process,
                   CreateRequest& request,
                   std::vector<std::string>& notes) {
  const Own own = TRY(own_of(process));
  if (own.kinds.empty()) {
    return fail(has_nothing(*request.like));
  }
  Copier copier(request, process);
  TRY(copier.copy(own));
  if (!procfs::still_exists(process)) {
    return fail(Error::of(ESRCH, "process", std::to_string(process.pid)));
  }
  if (std::string note = copier.note(); !note.empty()) {
    notes.push_back(std::move(note));
  }
  return {};
}

}  // namespace

Result<CreateRequest> with_likeness(CreateRequest request, std::vector<std::string>& notes) {
  if (!request.like) {
    return request;
  }
  const target::Target target = TRY(target::resolve(*request.like));
  const PinnedProcess* process = TRY(target::process_of(target, "--like"));
  if (auto copied = copy_from(*process, request, notes); !copied) {
    const bool is_usage = copied.error().trouble == Trouble::usage;
    return fail(
        is_usage ? std::move(copied).error()
                 : explain_process(*process, std::move(copied).error())
                       .during(fmt::format("--like {}", escape_for_terminal(target.expression))));
  }
  return request;
}

}  // namespace nsplay::ops
