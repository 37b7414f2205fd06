#include <algorithm>
#include <string>
#include <utility>

#include "nsplay/target/engines/finders.h"
#include "nsplay/target/engines/state_directory.h"
#include "nsplay/target/engines/state_files.h"

namespace nsplay::target {
namespace {

/// What firejail does for an ordinary user, root has made setuid.
Candidate candidate_of(const Keeper& keeper, std::string name) {
  Candidate candidate = kept_candidate(keeper, {std::move(name)}, {});
  candidate.said_by = keeper.saved_uid == 0 ? 0 : keeper.uid;
  return candidate;
}

bool has_keeper(const Machine& machine, const std::string& file) {
  return std::any_of(machine.keepers.begin(), machine.keepers.end(), [&](const Keeper& keeper) {
    return keeper.program == "firejail" && std::to_string(keeper.pid) == file;
  });
}

std::string name_in(const StateDirectory& names, const std::string& file) {
  const auto text = names.read(file);
  return text ? text->substr(0, text->find('\n')) : std::string();
}

/// A sandbox that was killed leaves its file behind.
void add_ended(const Machine& machine, const StateDirectory& names, Findings& findings) {
  for (const std::string& file : names.names()) {
    const auto pid = parse_pid_file(file);
    std::string name = pid && !has_keeper(machine, file) ? name_in(names, file) : std::string();
    if (!name.empty()) {
      Candidate candidate;
      candidate.names = {std::move(name)};
      candidate.pid = *pid;
      candidate.source = names.path_of(file);
      candidate.standing = Standing::refuted;
      findings.candidates.push_back(std::move(candidate));
    }
  }
}

}  // namespace

/// firejail adds a number to a name that is in use, which only its file has.
void find_firejail(const Machine& machine, Findings& findings) {
  const auto names = StateDirectory::open(machine, "/run/firejail/name", findings);
  for (const Keeper& keeper : machine.keepers) {
    if (keeper.program != "firejail" || is_stub(keeper, machine.keepers)) {
      continue;
    }
    std::string name = names ? name_in(*names, std::to_string(keeper.pid)) : std::string();
    name = name.empty() ? value_of(keeper.line, {"--name"}) : std::move(name);
    if (!name.empty()) {
      findings.candidates.push_back(candidate_of(keeper, std::move(name)));
    }
  }
  if (names) {
    add_ended(machine, *names, findings);
  }
}

}  // namespace nsplay::target
