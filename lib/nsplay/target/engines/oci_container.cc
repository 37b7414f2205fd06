#include "nsplay/target/engines/oci_container.h"

#include <utility>

namespace nsplay::target {

Candidate recorded_candidate(const OciContainer& container,
                             std::vector<std::string> names,
                             std::vector<std::string> ids) {
  Candidate candidate;
  candidate.names = std::move(names);
  candidate.ids = std::move(ids);
  candidate.pid = container.pid;
  candidate.start_time = container.start_time;
  candidate.source = container.source;
  return candidate;
}

Annotations annotations_in(const StateDirectory& bundle) {
  const auto text = bundle.read("config.json");
  auto annotations = text ? parse_annotations(*text) : Annotations();
  if (!annotations) {
    bundle.note_broken("config.json", std::move(annotations).error());
    return {};
  }
  return *std::move(annotations);
}

std::optional<pid_t> pid_in(const StateDirectory& directory, const std::string& file) {
  const auto text = directory.read(file);
  return text ? parse_pid_file(*text) : std::nullopt;
}

}  // namespace nsplay::target
