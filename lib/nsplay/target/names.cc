#include "nsplay/target/names.h"

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/containers.h"
#include "nsplay/target/engines/engine.h"
#include "nsplay/target/expression.h"
#include "nsplay/target/living.h"
#include "nsplay/target/play.h"
#include "nsplay/target/play_register.h"

namespace nsplay::target {
namespace {

constexpr const char* netns_directory = "/run/netns";
constexpr const char* list_hint = "nsplay list --plays shows those that there are";

Result<std::optional<FoundPlay>> find_play(const std::string& name) {
  const auto plays = TRY(PlayRegister::open());
  if (!plays) {
    return std::nullopt;
  }
  return plays->find(name);
}

std::string closest_first(const std::string& name,
                          const std::vector<std::string>& targets,
                          std::string_view hint) {
  const std::string meant = closest_target(name, targets);
  return meant.empty() ? std::string(hint) : fmt::format("did you mean {}?; {}", meant, hint);
}

/// Of those that live, as TARGETs.
std::vector<std::string> names_of_plays() {
  std::vector<std::string> names;
  for (const LivingContainer& play : living_plays().containers) {
    names.push_back(target_of(play.container));
  }
  return names;
}

/// The same of what ip-netns(8) has.
std::vector<std::string> names_of_netns() {
  const auto directory = sys::open_file(netns_directory, O_RDONLY | O_DIRECTORY);
  const auto files = directory ? sys::names_in(*directory, netns_directory) : fail(Error{});
  std::vector<std::string> names;
  for (const std::string& file : files.value_or(std::vector<std::string>())) {
    names.push_back("netns:" + escape_for_terminal(file));
  }
  return names;
}

Result<procfs::PinnedProcess> process_of(std::optional<FoundPlay> found, const std::string& name) {
  if (found && found->presence == Presence::alive) {
    return *std::move(found->process);
  }
  if (found && found->presence == Presence::elsewhere) {
    return fail(made_elsewhere(*found));
  }
  if (found) {
    return fail(Error::of(ESRCH, fmt::format("the play {} has ended", quote(name)), "")
                    .with_hint(list_hint));
  }
  return fail(no_such_play(name, closest_first(name, names_of_plays(), list_hint)));
}

/// The file was there before the namespace, which ip-netns(8) mounts on it.
Error ended_netns(const std::string& name, const std::string& path) {
  Error error = Error::of(
      0,
      fmt::format(
          "netns {} is no more (stale state in {})", quote(name), escape_for_terminal(path)),
      "");
  error.trouble = Trouble::absent;
  return std::move(error).with_hint("ip netns del removes the file");
}

Result<ns::NamespaceHandle> find_netns(const std::string& name) {
  const std::string path = netns_directory + ("/" + name);
  auto handle = ns::open_namespace_file(path);
  const bool is_stale = !handle && handle.error().errnum == 0;
  return is_stale ? fail(ended_netns(name, path)) : std::move(handle);
}

bool is_missing(const Result<ns::NamespaceHandle>& netns) {
  return !netns && netns.error().errnum == ENOENT;
}

/// Whatever may have a name, each as far as it could be looked for.
struct Namesakes {
  std::optional<FoundPlay> play;
  Result<ns::NamespaceHandle> netns;
  ContainerSearch containers;

  [[nodiscard]] bool has_living_play() const { return play && play->presence == Presence::alive; }

  /// An id, or the beginning of one, is no name beside others.
  [[nodiscard]] bool have_container() const {
    const bool has_other = has_living_play() || netns.has_value();
    return !containers.living.empty() && (!has_other || containers.closeness == Closeness::name);
  }

  /// As TARGETs.
  [[nodiscard]] std::vector<std::string> living(const std::string& name) const {
    auto all = have_container() ? targets_of(containers.living) : std::vector<std::string>();
    if (netns) {
      all.insert(all.begin(), "netns:" + name);
    }
    if (has_living_play()) {
      all.insert(all.begin(), "play:" + name);
    }
    return all;
  }
};

/// Where /proc cannot be read there still are plays and network namespaces.
ContainerSearch search_all_containers(const std::string& name) {
  auto search = search_containers(all_engines(), name);
  if (search) {
    return *std::move(search);
  }
  ContainerSearch nothing;
  nothing.broken.push_back(std::move(search).error());
  return nothing;
}

Error nothing_called(const std::string& name, ContainerSearch search) {
  std::vector<std::string_view> engines;
  for (const Engine& engine : all_engines()) {
    engines.push_back(engine.name);
  }
  const std::string what =
      fmt::format("nothing is called {}, no play, no netns and no container of {}",
                  quote(name),
                  fmt::join(engines, ", "));
  for (const auto& more : {names_of_plays(), names_of_netns()}) {
    search.others.insert(search.others.begin(), more.begin(), more.end());
  }
  const std::string hint = hint_after(name, search);
  return Error::of(ESRCH, what, "")
      .with_hint(fmt::format("{}{}looked at what runs, and in {}, {}",
                             hint,
                             hint.empty() ? "" : "; ",
                             netns_directory,
                             fmt::join(search.searched, ", ")));
}

/// Nothing that lives has the name.
Error why_none(const std::string& name, Namesakes found) {
  if (found.play) {
    return process_of(std::move(found.play), name).error();
  }
  if (!found.netns && !is_missing(found.netns)) {
    return std::move(found.netns).error();
  }
  return found.containers.ended ? *std::move(found.containers.ended)
                                : nothing_called(name, std::move(found.containers));
}

}  // namespace

Error no_such_play(const std::string& name, const std::string& hint) {
  return Error::of(ESRCH, fmt::format("there is no play {}", quote(name)), "")
      .with_hint(hint.empty() ? list_hint : hint);
}

Result<procfs::PinnedProcess> open_play(const std::string& name) {
  return process_of(TRY(find_play(name)), name);
}

Result<ns::NamespaceHandle> open_netns(const std::string& name) {
  auto handle = find_netns(name);
  if (!is_missing(handle)) {
    return handle;
  }
  Error error = std::move(handle).error();
  error.trouble = Trouble::absent;
  return fail(std::move(error).with_hint(
      closest_first(name, names_of_netns(), "ip netns list shows the names that there are")));
}

Result<Subject> open_named(const std::string& name) {
  auto play = is_play_name(name) ? TRY(find_play(name)) : std::nullopt;
  Namesakes found{std::move(play), find_netns(name), search_all_containers(name)};
  const std::vector<std::string> living = found.living(name);
  if (living.size() > 1) {
    return fail(ambiguous_name(name, living));
  }
  if (living.empty()) {
    return fail(why_none(name, std::move(found)));
  }
  if (found.has_living_play()) {
    return Subject(*std::move(found.play->process));
  }
  return found.netns ? Subject(*std::move(found.netns))
                     : Subject(std::move(found.containers.living.front().process));
}

}  // namespace nsplay::target
