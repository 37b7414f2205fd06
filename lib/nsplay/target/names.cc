#include "nsplay/target/names.h"

#include <cerrno>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/target/expression.h"
#include "nsplay/target/play_register.h"

namespace nsplay::target {
namespace {

constexpr const char* list_hint = "nsplay list --plays shows those that there are";

Result<std::optional<FoundPlay>> find_play(const std::string& name) {
  const auto plays = TRY(PlayRegister::open());
  if (!plays) {
    return std::nullopt;
  }
  return plays->find(name);
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
  return fail(no_such_play(name));
}

bool is_missing(const Result<ns::NamespaceHandle>& netns) {
  return !netns && netns.error().errnum == ENOENT;
}

Error ambiguous(const std::string& name, const ns::NamespaceHandle& netns) {
  return Error::usage(fmt::format("{} is the name of a play and of {}", quote(name), netns.name()),
                      fmt::format("say which one: play:{} or netns:{}", name, name));
}

}  // namespace

Error no_such_play(const std::string& name) {
  return Error::of(ESRCH, fmt::format("there is no play {}", quote(name)), "").with_hint(list_hint);
}

Result<procfs::PinnedProcess> open_play(const std::string& name) {
  return process_of(TRY(find_play(name)), name);
}

Result<ns::NamespaceHandle> open_netns(const std::string& name) {
  auto handle = ns::open_namespace_file("/run/netns/" + name);
  if (is_missing(handle)) {
    Error error = std::move(handle).error();
    error.trouble = Trouble::absent;
    return fail(std::move(error).with_hint("ip netns list shows the names that there are"));
  }
  return handle;
}

Result<Subject> open_named(const std::string& name) {
  auto found = TRY(find_play(name));
  auto netns = open_netns(name);
  if (netns && found && found->presence == Presence::alive) {
    return fail(ambiguous(name, *netns));
  }
  if (netns) {
    return Subject(*std::move(netns));
  }
  if (!found && is_missing(netns)) {
    return fail(Error::of(ESRCH, fmt::format("nothing is called {}", quote(name)), "")
                    .with_hint(std::string(target_forms)));
  }
  if (!found) {
    return fail(std::move(netns).error());
  }
  return Subject(TRY(process_of(std::move(found), name)));
}

}  // namespace nsplay::target
