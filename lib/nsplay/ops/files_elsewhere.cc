#include "nsplay/ops/files_elsewhere.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/capability_rules.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/bound_file.h"
#include "nsplay/ops/hints.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::NamespaceHandle;
using procfs::PinnedProcess;

template <std::size_t size>
using Text = std::array<char, size>;

/// What comes back, in one message of a pipe: shorter than PIPE_BUF.
struct Answer {
  int crossing_errnum = 0;  ///< not 0: it did not come in
  int failed = 0;           ///< the rest says why
  int errnum = 0;
  Text<2500> what = {};
  Text<1000> hint = {};
};

template <std::size_t size>
void copy_text(std::string_view text, Text<size>& to) {
  std::copy_n(text.begin(), std::min(text.size(), size - 1), to.begin());
}

Result<NamespaceHandle> mounts_of(const PinnedProcess& process) {
  auto handle = ns::open_namespace(process, Kind::mnt);
  return handle ? std::move(handle) : fail(explain_process(process, std::move(handle).error()));
}

Result<sys::UniqueFd> root_of(const PinnedProcess& process) {
  auto root = process.dir.open_file("root", O_PATH | O_DIRECTORY);
  return root ? std::move(root) : fail(explain_process(process, std::move(root).error()));
}

/// The mount namespace, and before it the user namespace that owns it where the caller may not
/// enter without. None: he is there.
Result<std::vector<NamespaceHandle>> namespaces_on_the_way(NamespaceHandle mounts,
                                                           const ns::CapabilityRules& rules) {
  std::vector<NamespaceHandle> handles;
  const ns::OwnNamespaces own = TRY(ns::OwnNamespaces::read());
  if (own.contain(mounts)) {
    return handles;
  }
  const bool is_allowed = !ns::CapabilityRules::missing_to_join(Kind::mnt) &&
                          rules.has_over_owner(mounts, sys::Capability::sys_admin);
  auto owner = is_allowed ? Result<std::optional<NamespaceHandle>>() : ns::owner_of(mounts);
  if (owner && *owner && !own.contain(**owner)) {
    handles.push_back(**std::move(owner));
  }
  handles.push_back(std::move(mounts));
  return handles;
}

/// Where the mounts of a namespace were copied from the caller's, the file may be bound here too:
/// the kernel would take that mount away with the file.
std::optional<sys::FileIdentity> directory_if_bound_here(const std::string& path) {
  const auto place = place_of(path);
  if (!place || !is_namespace_file(path)) {
    return std::nullopt;
  }
  const auto identity = sys::identity_of(place->directory, path);
  return identity ? std::optional(*identity) : std::nullopt;
}

Error worded(const Answer& answer) {
  Error error;
  error.what = answer.what.data();
  error.errnum = answer.errnum;
  error.hint = answer.hint.data();
  return error;
}

std::string hint_for(int errnum, const std::string& name) {
  switch (errnum) {
    case ENOENT:
      return fmt::format(
          "FILE is looked up from the root directory of TARGET; nsplay holders "
          "shows the paths in {}",
          name);
    case ENOSYS:
      return "to look up FILE there needs openat2(2), Linux 5.6";
    default:
      return {};
  }
}

}  // namespace

/// What the helper process is to do; all of it is prepared before it starts.
struct FilesElsewhere::Errand {
  SplitPath path;
  std::string shown_as;
  std::optional<sys::FileIdentity> directory_here;  ///< there: the file stays
  Unbinding how;
};

Result<FilesElsewhere> FilesElsewhere::of(const std::string& target) {
  FilesElsewhere there;
  target::Target resolved = TRY(target::resolve(target));
  NamespaceHandle mounts;
  if (const auto* process = std::get_if<PinnedProcess>(&resolved.subject)) {
    mounts = TRY(mounts_of(*process));
    there.root_ = TRY(root_of(*process));
  } else {
    mounts = std::get<NamespaceHandle>(std::move(resolved.subject));
  }
  there.name_ = mounts.name();
  if (mounts.kind() != Kind::mnt) {
    return fail(Error::usage(fmt::format("{} is no mnt namespace", there.name_),
                             "--in takes a mnt namespace, or a process that is in it"));
  }
  const auto rules = TRY(ns::CapabilityRules::of_caller());
  there.handles_ = TRY(namespaces_on_the_way(std::move(mounts), rules));
  auto crossing = cross_in_order(there.handles_, rules);
  if (!crossing) {
    return fail(std::move(crossing).error().during(fmt::format("cannot enter {}", there.name_)));
  }
  there.crossing_ = *std::move(crossing);
  return there;
}

Result<sys::UniqueFd> FilesElsewhere::open_directory_there(const std::string& path) const {
  if (root_) {
    return sys::open_in_root(root_, path.c_str());
  }
  return sys::open_in_root(TRY(sys::open_file("/", O_PATH | O_DIRECTORY)), path.c_str());
}

Result<> FilesElsewhere::unbind_there(Errand& errand) const {
  sys::MountPlace place;
  place.directory = TRY(open_directory_there(errand.path.parent));
  place.name = errand.path.name;
  place.shown_as = errand.shown_as;
  if (const int error = sys::change_directory(place.directory); error != 0) {
    return fail(Error::of(error, "fchdir", escape_for_terminal(errand.path.parent)));
  }
  const auto identity = TRY(sys::identity_of(place.directory, place.shown_as));
  errand.how.leftovers = errand.directory_here == identity ? Leftovers::keep : Leftovers::undo;
  return unbind_place(place, errand.how);
}

int FilesElsewhere::run_errand(Errand& errand, const sys::UniqueFd& answers) const {
  sys::set_dumpable(sys::Dumpable::no);
  Answer answer;
  for (const CrossingStep& step : crossing_.steps) {
    answer.crossing_errnum =
        sys::set_namespaces(*step.file, static_cast<int>(step.kinds.clone_flags()));
    if (answer.crossing_errnum != 0) {
      sys::send_bytes(answers, &answer, sizeof answer);
      return 0;
    }
  }
  if (const auto unbound = unbind_there(errand); !unbound) {
    answer.failed = 1;
    answer.errnum = unbound.error().errnum;
    copy_text(unbound.error().what, answer.what);
    copy_text(unbound.error().hint, answer.hint);
  }
  sys::send_bytes(answers, &answer, sizeof answer);
  return 0;
}

Result<> FilesElsewhere::visit(const std::string& path) const {
  constexpr std::chrono::seconds patience(10);
  Errand errand{TRY(split_path(path)),
                escape_for_terminal(path),
                handles_.empty() ? std::nullopt : directory_if_bound_here(path),
                {&sys::unbind_in_working_directory, target::LayerRecords::open(), Leftovers::undo}};
  sys::Pipe answers = TRY(sys::make_pipe());
  const sys::Child helper =
      TRY(sys::start_child(0, [&] { return run_errand(errand, answers.write_end); }));
  answers.write_end.reset();
  if (!sys::wait_readable({answers.read_end.get()}, patience)) {
    return fail(Error::of(ETIMEDOUT, "open", errand.shown_as)
                    .with_hint("a file system there does not answer"));
  }
  Answer answer;
  if (!sys::receive_bytes(answers.read_end, &answer, sizeof answer)) {
    return fail(Error::of(0, "the process that entered it ended without an answer", ""));
  }
  if (answer.crossing_errnum != 0) {
    return fail(Error::of(answer.crossing_errnum, "setns", name_)
                    .with_hint(crossing_hint(handles_.back())));
  }
  return answer.failed != 0 ? fail(worded(answer)) : Result<>();
}

Result<> FilesElsewhere::unbind(const std::string& path) const {
  if (!path.starts_with('/')) {
    return fail(Error::usage(fmt::format("{} does not begin with '/'", quote(path)),
                             "with --in a FILE is looked up from the root directory of TARGET"));
  }
  auto unbound = visit(path);
  if (!unbound) {
    Error error = std::move(unbound).error();
    std::string hint = hint_for(error.errnum, name_);
    return fail(with_known_cure(std::move(error).with_hint(std::move(hint)))
                    .during(fmt::format("cannot unbind in {}", name_)));
  }
  return {};
}

}  // namespace nsplay::ops
