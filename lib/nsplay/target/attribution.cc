#include "nsplay/target/attribution.h"

#include <algorithm>
#include <utility>

#include "nsplay/procfs/cgroups.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/engines/shims.h"
#include "nsplay/target/engines/state_files.h"
#include "nsplay/target/living.h"
#include "nsplay/target/verification.h"

namespace nsplay::target {
namespace {

std::vector<procfs::CgroupMembership> memberships_in(const std::string& cgroups) {
  return procfs::parse_cgroups(cgroups).value_or(std::vector<procfs::CgroupMembership>());
}

/// dockerd is above none of its containers, but says where their names are, dockerd(8).
Keeper dockerd() {
  constexpr const char* pid_file = "/run/docker.pid";
  constexpr std::size_t pid_file_limit = 64;
  const auto file = sys::open_file(pid_file, O_RDONLY);
  const auto text = file ? sys::read_all(*file, pid_file_limit, pid_file) : fail(Error{});
  const auto pid = text ? parse_pid_file(*text) : std::nullopt;
  const auto process = pid ? procfs::ProcessDir::open(*pid) : fail(Error{});
  return process ? keeper_in(*pid, *process) : Keeper();
}

Machine machine_around(std::vector<Keeper> keepers) {
  Machine machine = machine_with(std::move(keepers));
  const auto shims = shims_of(machine);
  const bool has_docker = std::any_of(shims.begin(), shims.end(), [](const Shim& shim) {
    return shim.name_space == docker_namespace;
  });
  if (Keeper keeper = has_docker ? dockerd() : Keeper(); keeper.pid != 0) {
    machine.keepers.push_back(std::move(keeper));
  }
  return machine;
}

}  // namespace

std::vector<EngineCandidate> ask_all_engines(const Machine& machine) {
  std::vector<EngineCandidate> all;
  for (auto& [engine, findings] : ask_engines(machine, all_engines())) {
    for (Candidate& candidate : findings.candidates) {
      all.push_back({engine, std::move(candidate)});
    }
  }
  return all;
}

Attribution::Attribution(Kinship& kinship, Knowledge knowledge)
    : kinship_(&kinship),
      knowledge_(std::move(knowledge)),
      verified_(knowledge_.candidates.size()) {
  for (std::size_t i = 0; i < knowledge_.candidates.size(); ++i) {
    const Candidate& candidate = knowledge_.candidates[i].candidate;
    by_pid_[candidate.pid].push_back(i);
    for (const std::string& word : candidate.ids.empty() ? candidate.names : candidate.ids) {
      by_word_[word].push_back(i);
    }
  }
}

std::optional<Container> Attribution::of(pid_t pid) {
  const pid_t above = nearest_init(pid);
  const CgroupAnswer& cgroup = answer_of(pid);
  // One that is itself in that other container's cgroup is a container inside it.
  const bool is_inside = above != 0 && answer_of(above).init == cgroup.init;
  pid_t init = cgroup.init != 0 && !is_inside ? cgroup.init : above;
  if (init == 0) {
    init = nearest_init(kinship_->init_for(pid));
  }
  return init != 0 ? container_at(init) : cgroup.alleged;
}

bool Attribution::is_verified(std::size_t index) {
  std::optional<bool>& known = verified_[index];
  if (!known) {
    known = knowledge_.is_verified(knowledge_.candidates[index].candidate);
  }
  return *known;
}

/// That of the first engine that knows it.
std::optional<Container> Attribution::container_at(pid_t init) {
  if (const auto play = knowledge_.plays.find(init); play != knowledge_.plays.end()) {
    return play->second;
  }
  const auto found = by_pid_.find(init);
  if (found == by_pid_.end()) {
    return std::nullopt;
  }
  for (const std::size_t index : found->second) {
    if (is_verified(index)) {
      const auto& [engine, candidate] = knowledge_.candidates[index];
      return container_of(*engine, candidate);
    }
  }
  return std::nullopt;
}

pid_t Attribution::nearest_init(pid_t pid) {
  for (const pid_t relative : line_of(*kinship_, pid)) {
    if (container_at(relative)) {
      return relative;
    }
  }
  return 0;
}

const Attribution::CgroupAnswer& Attribution::answer_of(pid_t pid) {
  const std::string& cgroups = kinship_->cgroups_of(pid);
  const auto known = answers_.find(cgroups);
  return known != answers_.end() ? known->second
                                 : answers_.emplace(cgroups, answer_to(cgroups)).first->second;
}

Attribution::CgroupAnswer Attribution::answer_to(const std::string& cgroups) {
  CgroupAnswer answer;
  for (const auto& membership : memberships_in(cgroups)) {
    for (const CgroupMark& mark : marks_in(membership.path)) {
      answer.init = init_with_place(mark, membership.controllers);
      if (answer.init != 0) {
        return answer;
      }
      if (!mark.engine.empty() && is_container_id(mark.word) && !answer.alleged) {
        answer.alleged = Container{mark.engine, {}, mark.word};
      }
    }
  }
  return answer;
}

/// Of the container that is called so and has this cgroup; 0: there is none.
pid_t Attribution::init_with_place(const CgroupMark& mark, std::string_view controllers) {
  const auto found = by_word_.find(mark.word);
  if (found == by_word_.end()) {
    return 0;
  }
  for (const std::size_t index : found->second) {
    const auto& [engine, candidate] = knowledge_.candidates[index];
    const pid_t init = candidate.pid;
    const bool may_be = mark.engine.empty()
                            ? engine->has_bare_cgroups
                            : mark.engine == engine->name || is_container_id(mark.word);
    if (may_be && init != 0 && is_verified(index) && is_in_place(init, controllers, mark.place)) {
      return init;
    }
  }
  return 0;
}

bool Attribution::is_in_place(pid_t pid, std::string_view controllers, std::string_view place) {
  const auto memberships = memberships_in(kinship_->cgroups_of(pid));
  return std::any_of(memberships.begin(), memberships.end(), [&](const auto& membership) {
    return membership.controllers == controllers && is_at_or_below(membership.path, place);
  });
}

MachineAttribution::MachineAttribution(const std::vector<pid_t>& pids) {
  if (pids.empty()) {
    return;
  }
  kinship_ = std::make_unique<ProcKinship>();
  for (const pid_t pid : pids) {
    kinship_->meet(pid);
  }
  Knowledge knowledge;
  knowledge.candidates = ask_all_engines(machine_around(kinship_->keepers()));
  for (auto& [play, process] : living_plays().containers) {
    knowledge.plays.emplace(process.pid, std::move(play));
  }
  knowledge.is_verified = [](const Candidate& candidate) {
    return verify(candidate).value_or(std::nullopt).has_value();
  };
  attribution_ = std::make_unique<Attribution>(*kinship_, std::move(knowledge));
}

std::optional<Container> MachineAttribution::of(pid_t pid) {
  return attribution_ ? attribution_->of(pid) : std::nullopt;
}

}  // namespace nsplay::target
