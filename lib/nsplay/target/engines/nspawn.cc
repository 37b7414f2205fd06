#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nsplay/sys/uts.h"
#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

/// Of what a relative path means for a process that works in this directory.
std::string last_component_of(std::string path, const std::string& directory) {
  path = path.starts_with('/') ? std::move(path) : directory + "/" + path;
  while (path.ends_with('/') || path.ends_with("/.")) {
    path.pop_back();
  }
  return path.substr(path.rfind('/') + 1);
}

bool is_part_of_hostname(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
}

/// What systemd-nspawn makes of a file's name: without what no hostname may have, and without dots
/// and hyphens where none may be.
std::string as_hostname(std::string_view text) {
  std::string name;
  for (const char byte : text) {
    const char before = name.empty() ? '.' : name.back();
    const bool is_out_of_place =
        (byte == '.' && (before == '.' || before == '-')) || (byte == '-' && before == '.');
    if (is_part_of_hostname(byte) && !is_out_of_place && name.size() < sys::longest_uts_name) {
      name += byte;
    }
  }
  if (name.ends_with('.') || name.ends_with('-')) {
    name.pop_back();
  }
  return name;
}

/// The last part of the image, without what says that it is one, or of the directory, or of that
/// which it was started in.
std::string name_of_files(const Keeper& keeper) {
  constexpr std::string_view raw = ".raw";
  const std::string image = value_of(keeper.line, {"-i", "--image"});
  const std::string path = image.empty() ? value_of(keeper.line, {"-D", "--directory"}) : image;
  std::string name = last_component_of(path, keeper.directory);
  if (!image.empty() && name.ends_with(raw)) {
    name.resize(name.size() - raw.size());
  }
  return as_hostname(name);
}

/// As systemd-nspawn(1) chooses it.
std::string name_of_machine(const Keeper& keeper) {
  if (has_option(keeper.line, {"-h", "--help", "--version"})) {
    return {};
  }
  std::string told = value_of(keeper.line, {"-M", "--machine"});
  return told.empty() ? name_of_files(keeper) : told;
}

void add_kept_machines(const Machine& machine, Findings& findings) {
  for (const Keeper& keeper : machine.keepers) {
    std::string name = keeper.program == "systemd-nspawn" && keeper.uid == 0
                           ? name_of_machine(keeper)
                           : std::string();
    if (!name.empty()) {
      findings.candidates.push_back(kept_candidate(keeper, {std::move(name)}, {}));
    }
  }
}

}  // namespace

void find_nspawn(const Machine& machine, Findings& findings) {
  add_kept_machines(machine, findings);
  const auto machines = StateDirectory::open(machine, "/run/systemd/machines", findings);
  for (const std::string& name : machines ? machines->names() : std::vector<std::string>()) {
    const auto text = machines->read(name);
    auto registered = text ? parse_machine(*text) : std::nullopt;
    if (registered) {
      Candidate candidate;
      candidate.names = {name};
      candidate.pid = registered->leader;
      candidate.unit = std::move(registered->unit);
      candidate.source = machines->path_of(name);
      candidate.written = machines->written(name);
      findings.candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace nsplay::target
