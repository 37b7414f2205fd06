#include "nsplay/target/living.h"

#include <algorithm>
#include <set>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/target/play_register.h"
#include "nsplay/target/verification.h"

namespace nsplay::target {
namespace {

class Search {
 public:
  explicit Search(LivingContainers& all) : all_(all) {
    for (const LivingContainer& play : all.containers) {
      known_.insert(play.init.pid);
    }
  }

  void ask(const Machine& machine, std::span<const Engine> engines) {
    for (auto& [engine, findings] : ask_engines(machine, engines)) {
      add(*engine, std::move(findings));
    }
  }

 private:
  void add(const Engine& engine, Findings findings) {
    for (const Candidate& candidate : findings.candidates) {
      add(engine, candidate);
    }
    for (std::string& place : findings.unreadable) {
      if (std::find(all_.unreadable.begin(), all_.unreadable.end(), place) ==
          all_.unreadable.end()) {
        all_.unreadable.push_back(std::move(place));
      }
    }
    std::move(findings.broken.begin(), findings.broken.end(), std::back_inserter(all_.broken));
  }

  void add(const Engine& engine, const Candidate& candidate) {
    if (known_.contains(candidate.pid)) {
      return;
    }
    auto process = verify(candidate);
    if (!process) {
      all_.broken.push_back(std::move(process).error());
    } else if (*process) {
      known_.insert(candidate.pid);
      all_.containers.push_back({container_of(engine, candidate), **std::move(process)});
    }
  }

  LivingContainers& all_;
  std::set<pid_t> known_;
};

}  // namespace

LivingContainers living_plays() {
  LivingContainers all;
  auto place = PlayRegister::open();
  auto content = place && *place ? (*place)->read() : Result<RegisterContent>();
  if (!place || !content) {
    all.broken.push_back(place ? std::move(content).error() : std::move(place).error());
    return all;
  }
  for (FoundPlay& found : content->plays) {
    if (found.presence == Presence::alive) {
      all.containers.push_back({{play_engine, found.play.name, {}}, *std::move(found.process)});
    }
  }
  std::move(content->unreadable.begin(), content->unreadable.end(), std::back_inserter(all.broken));
  return all;
}

LivingContainers living_containers(const Machine& machine, std::span<const Engine> engines) {
  LivingContainers all;
  Search(all).ask(machine, engines);
  return all;
}

Result<LivingContainers> find_living_containers() {
  const Machine machine = TRY(this_machine());
  LivingContainers all = living_plays();
  Search(all).ask(machine, all_engines());
  return all;
}

}  // namespace nsplay::target
