#include "nsplay/ops/join_sources.h"

#include <cerrno>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"
#include "nsplay/sys/pidfd.h"

namespace nsplay::ops {
namespace {

using Handles = std::vector<ns::NamespaceHandle>;
using ns::Kind;
using ns::KindSet;
using procfs::PinnedProcess;

const PinnedProcess* process_in(const target::Target& target) {
  return std::get_if<PinnedProcess>(&target.subject);
}

Result<target::Target> resolve_other_than_self(const std::string& expression) {
  auto target = TRY(target::resolve(expression));
  if (target.expression == "self") {
    return fail(Error::usage("'self' is nsplay's own process",
                             "you are in all of its namespaces already; name another process"));
  }
  return target;
}

Error no_source(Kind kind) {
  return Error::usage(
      fmt::format("no TARGET for {}", ns::name_of(kind)),
      fmt::format("name one, or give {0} a source: --{0}=TARGET", ns::info_of(kind).option));
}

/// A namespace that was named by itself, for this kind.
Result<ns::NamespaceHandle> handle_of(const ns::NamespaceHandle& named, Kind kind) {
  if (named.kind() != kind) {
    return fail(
        Error::usage(fmt::format("{} is no {} namespace", named.name(), ns::name_of(kind))));
  }
  return ns::NamespaceHandle::adopt(TRY(named.fd().duplicate()), kind);
}

Result<ns::NamespaceHandle> handle_in(const target::Target& target, Kind kind) {
  const PinnedProcess* process = process_in(target);
  if (process == nullptr) {
    return handle_of(std::get<ns::NamespaceHandle>(target.subject), kind);
  }
  auto handle = ns::open_namespace(*process, kind);
  return handle ? std::move(handle) : fail(explain_process(*process, std::move(handle).error()));
}

Result<ns::NamespaceHandle> net_of_socket(const JoinSources& sources, int descriptor) {
  const PinnedProcess* process = TRY(main_process_for(sources, "--net-socket"));
  if (!process->pidfd) {
    return fail(Error::of(ENOSYS, "pidfd_open", std::to_string(process->pid))
                    .with_hint("--net-socket needs Linux 5.6"));
  }
  auto net = process->pidfd->net_namespace_of_socket(descriptor);
  if (!net) {
    return fail(explain_process(*process, std::move(net).error()));
  }
  return ns::NamespaceHandle::adopt(*std::move(net), Kind::net);
}

/// The one that `handle` has above it, which for a user namespace is both its owner and parent.
Result<ns::NamespaceHandle> user_namespace_above(const ns::NamespaceHandle& handle) {
  auto owner = ns::owner_of(handle);
  if (!owner || !*owner) {
    return fail(Error::of(0, fmt::format("{} has no parent that you can see", handle.name()), "")
                    .with_hint("user namespaces are visible from those above them only"));
  }
  return **std::move(owner);
}

/// Whether the program gets more of TARGET's process than namespaces, which is a reason to join it
/// where there is none to enter.
bool wants_more_than_namespaces(const JoinRequest& request) {
  const auto is_targets = [](const std::optional<std::string>& directory) {
    return directory.has_value() && directory->empty();
  };
  return is_targets(request.place.root) || is_targets(request.place.working_directory) ||
         request.join_cgroup || request.as_target || request.follow_context ||
         request.environment.source == EnvironmentSource::target;
}

class Selection {
 public:
  Selection(const JoinRequest& request, JoinSources& sources, const ns::OwnNamespaces& own)
      : request_(request), sources_(sources), own_(own), wanted_(request.kinds) {
    if (request.every_kind) {
      return;
    }
    for (const auto& [kind, source] : sources.others) {
      wanted_.insert(kind);
    }
    if (request.net_socket) {
      wanted_.insert(Kind::net);
    }
    if (request.user_parent) {
      wanted_.insert(Kind::user);
    }
  }

  Result<Handles> run() {
    Handles handles;
    for (const ns::KindInfo& info : ns::all_kinds()) {
      if (TRY(is_chosen(info))) {
        auto handle = TRY(handle_for(info.kind));
        if (!own_.contain(handle)) {
          handles.push_back(std::move(handle));
        }
      }
    }
    if (handles.empty() && !wants_more_than_namespaces(request_)) {
      return fail(nothing_to_join());
    }
    return handles;
  }

 private:
  /// Without a choice: all that this kernel has and the target shows.
  [[nodiscard]] Result<bool> is_chosen(const ns::KindInfo& info) const {
    const bool is_known = own_.known().contains(info.kind);
    if (wanted_.contains(info.kind) && !is_known) {
      return fail(Error::of(0, fmt::format("there are no {} namespaces", info.name), "")
                      .with_hint(missing_kind_hint({info.kind})));
    }
    if (!wanted_.empty()) {
      return wanted_.contains(info.kind);
    }
    const auto* file =
        sources_.target ? std::get_if<ns::NamespaceHandle>(&sources_.target->subject) : nullptr;
    return is_known && (file == nullptr || file->kind() == info.kind);
  }

  Result<ns::NamespaceHandle> handle_for(Kind kind) {
    if (kind == Kind::net && request_.net_socket) {
      sources_.not_a_process.insert(kind);
      return net_of_socket(sources_, *request_.net_socket);
    }
    if (kind == Kind::user && request_.user_parent) {
      sources_.not_a_process.insert(kind);
      return user_namespace_above(TRY(lowest_namespace()));
    }
    return named_handle(kind);
  }

  Result<ns::NamespaceHandle> named_handle(Kind kind) {
    const auto other = sources_.others.find(kind);
    if (other != sources_.others.end()) {
      return handle_in(other->second, kind);
    }
    return sources_.target ? handle_in(*sources_.target, kind) : fail(no_source(kind));
  }

  /// Whose owner --user-parent means: the user namespace, or TARGET when that is another namespace.
  Result<ns::NamespaceHandle> lowest_namespace() {
    const auto* file =
        sources_.target ? std::get_if<ns::NamespaceHandle>(&sources_.target->subject) : nullptr;
    return named_handle(file != nullptr && !sources_.others.contains(Kind::user) ? file->kind()
                                                                                 : Kind::user);
  }

  [[nodiscard]] Error nothing_to_join() const {
    const auto* file =
        sources_.target ? std::get_if<ns::NamespaceHandle>(&sources_.target->subject) : nullptr;
    const std::string which =
        wanted_.empty() ? "every namespace" : fmt::format("the {} namespace", wanted_.to_string());
    const PinnedProcess* process = main_process(sources_);
    std::string what = fmt::format("you are in {} already", which);
    if (file != nullptr) {
      what = fmt::format("you are in {} already", file->name());
    } else if (process != nullptr) {
      what = fmt::format("you are in {} of process {} already", which, process->pid);
    }
    return Error::of(0, "nothing to join:", what);
  }

  const JoinRequest& request_;
  JoinSources& sources_;
  const ns::OwnNamespaces& own_;
  KindSet wanted_;
};

}  // namespace

Result<JoinSources> resolve_sources(const JoinRequest& request) {
  JoinSources sources;
  if (!request.target.empty()) {
    sources.target = TRY(resolve_other_than_self(request.target));
  }
  for (const auto& [kind, expression] : request.sources) {
    auto source = resolve_other_than_self(expression);
    if (!source) {
      return fail(std::move(source).error().during(
          fmt::format("--{}={}", ns::info_of(kind).option, escape_for_terminal(expression))));
    }
    sources.others.emplace(kind, *std::move(source));
  }
  return sources;
}

Result<Handles> select_namespaces(const JoinRequest& request,
                                  JoinSources& sources,
                                  const ns::OwnNamespaces& own) {
  return Selection(request, sources, own).run();
}

const PinnedProcess* process_of(const JoinSources& sources, Kind kind) {
  if (sources.not_a_process.contains(kind)) {
    return nullptr;
  }
  const auto other = sources.others.find(kind);
  if (other != sources.others.end()) {
    return process_in(other->second);
  }
  return sources.target ? process_in(*sources.target) : nullptr;
}

const PinnedProcess* main_process(const JoinSources& sources) {
  return sources.target ? process_in(*sources.target) : process_of(sources, Kind::mnt);
}

Result<const PinnedProcess*> main_process_for(const JoinSources& sources, std::string_view wish) {
  if (sources.target) {
    return target::process_of(*sources.target, wish);
  }
  const PinnedProcess* process = main_process(sources);
  if (process == nullptr) {
    return fail(Error::usage(fmt::format("{} needs a process", wish), "name one as TARGET"));
  }
  return process;
}

bool all_from_target(const JoinSources& sources) {
  return sources.target && sources.others.empty() && sources.not_a_process.empty();
}

}  // namespace nsplay::ops
