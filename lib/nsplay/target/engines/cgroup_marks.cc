#include "nsplay/target/engines/cgroup_marks.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "nsplay/base/text.h"

namespace nsplay::target {
namespace {

/// How the part is written that is the id or name.
enum class Word {
  id,    ///< 64 hexadecimal digits
  name,  ///< anything
  unit,  ///< a name as systemd-escape(1) writes it
};

struct Pattern {
  std::string_view engine;
  std::string_view above;  ///< how the component before it begins; empty: any
  std::string_view prefix;
  std::string_view suffix;
  Word word;
};

/// Of cgroupfs, and of the scopes and services of systemd.
constexpr Pattern cgroup_patterns[] = {
    {"podman", "", "libpod-payload-", "", Word::id},
    {"podman", "", "libpod-", ".scope", Word::id},
    {"podman", "", "libpod-", "", Word::id},
    {"docker", "", "docker-", ".scope", Word::id},
    {"docker", "docker", "", "", Word::id},
    {"crio", "", "crio-", ".scope", Word::id},
    {"crio", "", "crio-", "", Word::id},
    {"k8s", "", "cri-containerd-", ".scope", Word::id},
    {"k8s", "pod", "", "", Word::id},
    {"lxc", "", "lxc.payload.", "", Word::name},
    {"lxc", "lxc.payload", "", "", Word::name},
    {"lxc", "lxc", "", "", Word::name},
    {"nspawn", "", "machine-", ".scope", Word::unit},
    {"nspawn", "", "systemd-nspawn@", ".service", Word::unit},
    {"runc", "", "runc-", ".scope", Word::name},
    {"crun", "", "crun-", ".scope", Word::name},
};

/// libvirt has its machines registered like those of nspawn, under names with a dash.
constexpr std::string_view libvirt_names[] = {"qemu-", "lxc-"};

/// Only "pod" goes on, with the pod's id.
bool is_above(std::string_view component, std::string_view above) {
  return above == "pod" ? component.starts_with(above) : component == above;
}

/// "\x2d" is a dash.
std::string unescaped_unit(std::string_view text) {
  constexpr std::size_t escape_length = 4;
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text.substr(i).starts_with("\\x") && i + escape_length <= text.size();
    const auto byte =
        is_escape ? parse_number<unsigned char>(text.substr(i + 2, 2), 16) : std::nullopt;
    name += byte ? static_cast<char>(*byte) : text[i];
    i += byte ? escape_length - 1 : 0;
  }
  return name;
}

std::string word_in(std::string_view text, Word form) {
  if (form == Word::id) {
    return is_container_id(text) ? std::string(text) : std::string();
  }
  std::string name = form == Word::unit ? unescaped_unit(text) : std::string(text);
  const bool is_of_libvirt = form == Word::unit && std::any_of(std::begin(libvirt_names),
                                                               std::end(libvirt_names),
                                                               [&](std::string_view beginning) {
                                                                 return name.starts_with(beginning);
                                                               });
  return is_of_libvirt ? std::string() : name;
}

/// Empty: it is not written like this.
std::string word_by(const Pattern& pattern, std::string_view component, std::string_view above) {
  const std::size_t decoration = pattern.prefix.size() + pattern.suffix.size();
  if (component.size() <= decoration || !component.starts_with(pattern.prefix) ||
      !component.ends_with(pattern.suffix) ||
      (!pattern.above.empty() && !is_above(above, pattern.above))) {
    return {};
  }
  return word_in(component.substr(pattern.prefix.size(), component.size() - decoration),
                 pattern.word);
}

CgroupMark mark_of(std::string_view component, std::string_view above, std::string_view place) {
  for (const Pattern& pattern : cgroup_patterns) {
    if (std::string word = word_by(pattern, component, above); !word.empty()) {
      return {pattern.engine, std::move(word), place};
    }
  }
  return {{}, std::string(component), place};
}

std::string_view last_component(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

bool is_container_id(std::string_view word) {
  constexpr std::size_t length = 64;
  return word.size() == length && word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<CgroupMark> marks_in(std::string_view path) {
  std::vector<CgroupMark> marks;
  while (!path.empty()) {
    const std::string_view component = last_component(path);
    const std::string_view above =
        path.substr(0, std::min(path.rfind('/'), path.size() - component.size()));
    if (!component.empty()) {
      marks.push_back(mark_of(component, last_component(above), path));
    }
    path = above;
  }
  return marks;
}

bool is_at_or_below(std::string_view path, std::string_view place) {
  return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
}

}  // namespace nsplay::target
