#include "nsplay/target/container.h"

#include <cstddef>

#include <fmt/format.h>

namespace nsplay::target {
namespace {

/// What docker shows of an id of 64 digits.
constexpr std::size_t short_length = 12;
constexpr std::size_t whole_length = 64;

}  // namespace

Container container_of(const Engine& engine, const Candidate& candidate) {
  Container container{engine.name, {}, {}};
  if (!candidate.names.empty()) {
    container.name = candidate.names.front();
  }
  if (!candidate.ids.empty()) {
    // That of containerd may have its namespace before it.
    container.id = candidate.ids.back();
  }
  return container;
}

std::string short_id(const Container& container) {
  return container.id.size() == whole_length ? container.id.substr(0, short_length) : container.id;
}

std::string target_of(const Container& container) {
  return fmt::format(
      "{}:{}", container.engine, container.name.empty() ? short_id(container) : container.name);
}

}  // namespace nsplay::target
