#include "nsplay/target/engines/state_files.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::target {
namespace {

using State = nlohmann::json;

/// Engines' versions differ, so a member that is missing or of another type is only that.
const State& member_of(const State& state, const char* name) {
  static const State missing;
  const auto found = state.is_object() ? state.find(name) : state.end();
  return found == state.end() ? missing : *found;
}

std::string text_of(const State& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

template <typename Number>
std::optional<Number> number_of(const State& value) {
  if (!value.is_number_unsigned() || !std::in_range<Number>(value.get<std::uint64_t>())) {
    return std::nullopt;
  }
  return static_cast<Number>(value.get<std::uint64_t>());
}

tl::unexpected<Error> unlike(std::string_view file) {
  return fail(Error::of(0, "is not", file));
}

/// Whether brackets are nested deeper than any engine nests them: each level costs memory.
bool is_too_deep(std::string_view text) {
  constexpr int deepest = 64;
  int depth = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size() && depth <= deepest; ++i) {
    const char byte = text[i];
    if (byte == '"') {
      is_in_string = !is_in_string;
    } else if (is_in_string) {
      i += byte == '\\' ? 1U : 0U;
    } else if (byte == '[' || byte == '{') {
      ++depth;
    } else if (byte == ']' || byte == '}') {
      --depth;
    }
  }
  return depth > deepest;
}

/// What is no JSON, or too deep, has no members.
State parse_state(std::string_view text) {
  return is_too_deep(text) ? State(State::value_t::discarded)
                           : State::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// systemd writes a backslash twice there.
std::string unescaped_value(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i).starts_with("\\\\")) {
      ++i;
    }
    text += value[i];
  }
  return text;
}

/// Newer runcs may write the start time as a text; it is a number in those of Debian 12.
std::optional<std::uint64_t> ticks_of(const State& value) {
  return value.is_string() ? parse_number<std::uint64_t>(value.get_ref<const State::string_t&>())
                           : number_of<std::uint64_t>(value);
}

Result<RuntimeState> runtime_state(const State& pid, const State& start, std::string_view file) {
  const auto number = number_of<pid_t>(pid);
  if (!number) {
    return unlike(file);
  }
  return RuntimeState{*number, ticks_of(start)};
}

/// The metadata are JSON in a text.
StoredContainer stored_container(const State& entry) {
  StoredContainer container;
  container.id = text_of(member_of(entry, "id"));
  for (const State& name : member_of(entry, "names")) {
    if (name.is_string()) {
      container.names.push_back(text_of(name));
    }
  }
  const State metadata = parse_state(text_of(member_of(entry, "metadata")));
  if (const State& pod = member_of(metadata, "pod-name"); pod.is_string()) {
    container.pod = text_of(pod);
  }
  return container;
}

}  // namespace

Result<RuntimeState> parse_runc_state(std::string_view text) {
  const State state = parse_state(text);
  return runtime_state(member_of(state, "init_process_pid"),
                       member_of(state, "init_process_start"),
                       "a state of runc");
}

Result<RuntimeState> parse_crun_status(std::string_view text) {
  const State state = parse_state(text);
  return runtime_state(
      member_of(state, "pid"), member_of(state, "process-start-time"), "a status of crun");
}

Result<std::vector<StoredContainer>> parse_containers(std::string_view text) {
  const State state = parse_state(text);
  if (!state.is_array()) {
    return unlike("a list of containers");
  }
  std::vector<StoredContainer> containers;
  for (const State& entry : state) {
    StoredContainer container = stored_container(entry);
    if (!container.id.empty()) {
      containers.push_back(std::move(container));
    }
  }
  return containers;
}

Result<DockerContainer> parse_docker_config(std::string_view text) {
  const State state = parse_state(text);
  DockerContainer container;
  container.id = text_of(member_of(state, "ID"));
  container.name = text_of(member_of(state, "Name"));
  if (container.id.empty()) {
    return unlike("a configuration of docker");
  }
  container.name.erase(0, container.name.starts_with('/') ? 1 : 0);
  const State& running = member_of(state, "State");
  if (member_of(running, "Running") == State(true)) {
    container.pid = number_of<pid_t>(member_of(running, "Pid")).value_or(0);
  }
  return container;
}

Result<Annotations> parse_annotations(std::string_view text) {
  const State state = parse_state(text);
  if (!state.is_object()) {
    return unlike("an OCI configuration");
  }
  Annotations annotations;
  const State& all = member_of(state, "annotations");
  for (auto entry = all.begin(); all.is_object() && entry != all.end(); ++entry) {
    if (entry->is_string()) {
      annotations.emplace(entry.key(), text_of(*entry));
    }
  }
  return annotations;
}

std::optional<RegisteredMachine> parse_machine(std::string_view text) {
  RegisteredMachine machine;
  std::string_view kind;
  for (const std::string_view line : split(text, '\n')) {
    const auto sign = std::min(line.find('='), line.size());
    const auto key = line.substr(0, sign);
    const auto value = line.substr(std::min(sign + 1, line.size()));
    if (key == "CLASS") {
      kind = value;
    } else if (key == "LEADER") {
      machine.leader = parse_pid_file(value).value_or(0);
    } else if (key == "SCOPE") {
      machine.unit = unescaped_value(value);
    }
  }
  return kind == "container" && machine.leader != 0 ? std::optional(machine) : std::nullopt;
}

std::optional<pid_t> parse_pid_file(std::string_view text) {
  const auto words = split_words(text.substr(0, text.find('\n')));
  const auto pid = words.size() == 1 ? parse_number<pid_t>(words.front()) : std::nullopt;
  return pid && *pid > 0 ? pid : std::nullopt;
}

}  // namespace nsplay::target
