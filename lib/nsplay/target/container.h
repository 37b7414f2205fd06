#pragma once

// What a container is called, for those who show it.

#include <string>
#include <string_view>

#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

/// The engine of what `nsplay create --name` made.
inline constexpr std::string_view play_engine = "play";

struct Container {
  std::string_view engine;  ///< "podman"; play_engine
  std::string name;         ///< empty: it has none, or nothing that is to be believed says it
  std::string id;           ///< empty: its engine gives none
  friend bool operator==(const Container&, const Container&) = default;
};

/// As its engine's files or processes call it, which are to be verified first.
Container container_of(const Engine& engine, const Candidate& candidate);

/// As docker shows it: the beginning of one that has 64 digits.
std::string short_id(const Container& container);

/// "podman:web"; of one without a name the beginning of its id, "docker:3b5d5c371295". Not escaped.
std::string target_of(const Container& container);

}  // namespace nsplay::target
