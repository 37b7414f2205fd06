#include "nsplay/target/engines/oci_container.h"

#include <utility>

namespace nsplay::target {

Candidate recorded_candidate(const OciContainer& container,
                             std::vector<std::string> names,
                             std::vector<std::string> ids) {
  Candidate candidate = container.init;
  candidate.names = std::move(names);
  candidate.ids = std::move(ids);
  return candidate;
}

bool take_pid_file(Candidate& candidate, const StateDirectory& directory, const std::string& file) {
  const auto text = directory.read(file);
  const auto pid = text ? parse_pid_file(*text) : std::nullopt;
  if (pid) {
    candidate.pid = *pid;
    candidate.source = directory.path_of(file);
    candidate.written = directory.written(file);
  }
  return pid.has_value();
}

void take_init(Candidate& candidate,
               const RuntimeAnswer& answer,
               const std::optional<StateDirectory>& data) {
  if (answer.state) {
    candidate.pid = answer.state->pid;
    candidate.start_time = answer.state->start_time;
    candidate.source = answer.source;
    candidate.written = answer.written;
  } else if (data && take_pid_file(candidate, *data, "pidfile") && answer.is_final) {
    candidate.standing = Standing::refuted;
  }
}

void take_start_time(Candidate& candidate, const std::optional<RuntimeState>& state) {
  if (state && state->pid == candidate.pid) {
    candidate.start_time = state->start_time;
  } else if (state) {
    candidate.standing = Standing::refuted;
  }
}

/// Several engines look into all of them, which takes much longer where all are parsed.
Annotations annotations_in(const StateDirectory& bundle, std::string_view beginning) {
  const auto text = bundle.read("config.json");
  const bool has_any = text && text->find(beginning) != std::string::npos;
  auto annotations = has_any ? parse_annotations(*text) : Annotations();
  if (!annotations) {
    bundle.note_broken("config.json", std::move(annotations).error());
    return {};
  }
  return *std::move(annotations);
}

}  // namespace nsplay::target
