#include "nsplay/ops/namespace_names.h"

#include <fmt/format.h>

#include "nsplay/target/play_register.h"

namespace nsplay::ops {
namespace {

constexpr std::string_view netns_directories[] = {"/run/netns/", "/var/run/netns/"};

bool is_same(const ns::NamespaceRef& one, const ns::NamespaceRef& other) {
  // An inode may be another namespace's by now, an id never.
  return one.kind == other.kind && one.inode == other.inode &&
         (!one.id || !other.id || *one.id == *other.id);
}

std::optional<std::string> netns_name(std::string_view path) {
  for (const std::string_view directory : netns_directories) {
    if (path.starts_with(directory)) {
      return fmt::format("netns:{}", path.substr(directory.size()));
    }
  }
  return std::nullopt;
}

}  // namespace

NamespaceNames NamespaceNames::read() {
  NamespaceNames names;
  const auto plays = target::PlayRegister::open();
  const auto content = plays && *plays ? (*plays)->read() : fail(Error{});
  for (std::size_t i = 0; content && i < content->plays.size(); ++i) {
    const target::FoundPlay& found = content->plays[i];
    for (const target::PlayNamespace& entry : found.play.namespaces) {
      if (entry.is_new && found.presence == target::Presence::alive) {
        names.plays_.emplace(entry.ref.inode, Named{entry.ref, found.play.name});
      }
    }
  }
  return names;
}

std::optional<std::string> NamespaceNames::name_of(const ns::NamespaceRef& ref,
                                                   const std::vector<std::string>& mounts) const {
  if (is_of_play(ref)) {
    return fmt::format("play:{}", plays_.at(ref.inode).play);
  }
  for (const std::string& path : mounts) {
    if (auto name = ref.kind == ns::Kind::net ? netns_name(path) : std::nullopt) {
      return name;
    }
  }
  return std::nullopt;
}

bool NamespaceNames::is_of_play(const ns::NamespaceRef& ref) const {
  const auto found = plays_.find(ref.inode);
  return found != plays_.end() && is_same(found->second.ref, ref);
}

}  // namespace nsplay::ops
