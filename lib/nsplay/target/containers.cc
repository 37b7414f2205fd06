#include "nsplay/target/containers.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/target/verification.h"

namespace nsplay::target {
namespace {

/// A candidate, and whose it is.
struct Match {
  const Engine* engine = nullptr;
  const Candidate* candidate = nullptr;
};

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool has_id_that_begins(const Candidate& candidate, const std::string& text) {
  return std::any_of(candidate.ids.begin(), candidate.ids.end(), [&](const std::string& id) {
    return id.starts_with(text);
  });
}

bool matches(const Candidate& candidate, const std::string& name, Closeness closeness) {
  switch (closeness) {
    case Closeness::name:
      return contains(candidate.names, name);
    case Closeness::id:
      return contains(candidate.ids, name);
    default:
      return has_id_that_begins(candidate, name);
  }
}

std::vector<Match> matches_in(const std::vector<EngineFindings>& engines,
                              const std::string& name,
                              Closeness closeness) {
  std::vector<Match> found;
  for (const EngineFindings& engine : engines) {
    if (closeness == Closeness::beginning_of_id && engine.engine->ids == Ids::whole) {
      continue;
    }
    for (const Candidate& candidate : engine.findings.candidates) {
      if (matches(candidate, name, closeness)) {
        found.push_back({engine.engine, &candidate});
      }
    }
  }
  return found;
}

std::string as_target(const Engine& engine, const std::string& name) {
  return fmt::format("{}:{}", engine.name, escape_for_terminal(name));
}

std::string name_of(const Match& match) {
  const Candidate& candidate = *match.candidate;
  const bool has_name = !candidate.names.empty() && !candidate.names.front().empty();
  const auto& texts = has_name ? candidate.names : candidate.ids;
  return as_target(*match.engine, texts.empty() ? std::string() : texts.front());
}

std::string id_of(const Match& match) {
  const Candidate& candidate = *match.candidate;
  return candidate.ids.empty() ? std::to_string(candidate.pid)
                               : as_target(*match.engine, candidate.ids.front());
}

Error not_running(const Match& match) {
  const Candidate& candidate = *match.candidate;
  const std::string state = candidate.pid == 0 || candidate.keeper != 0
                                ? std::string()
                                : fmt::format(" (stale state in {})", candidate.source);
  return Error::of(ESRCH, fmt::format("{} is not running{}", name_of(match), state), "");
}

/// A process that several engines know is of the first of them.
bool is_known(const std::vector<FoundContainer>& living, pid_t pid) {
  return std::any_of(living.begin(), living.end(), [&](const FoundContainer& one) {
    return one.process.pid == pid;
  });
}

Result<> look_at(const std::vector<Match>& found, ContainerSearch& search) {
  for (const Match& match : found) {
    if (is_known(search.living, match.candidate->pid)) {
      continue;
    }
    auto process = TRY(verify(*match.candidate));
    if (process) {
      search.living.push_back({name_of(match), id_of(match), *std::move(process)});
    } else if (!search.ended || match.candidate->pid != 0) {
      search.ended = not_running(match);
    }
  }
  return {};
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& text : more) {
    if (!contains(all, text)) {
      all.push_back(text);
    }
  }
}

void add_circumstances(const EngineFindings& engine, ContainerSearch& search) {
  append(search.searched, engine.findings.searched);
  append(search.unreadable, engine.findings.unreadable);
  for (const Candidate& candidate : engine.findings.candidates) {
    const auto& texts = candidate.names.empty() ? candidate.ids : candidate.names;
    for (const std::string& text : texts) {
      append(search.others, {as_target(*engine.engine, text)});
    }
  }
  const auto& broken = engine.findings.broken;
  search.broken.insert(search.broken.end(), broken.begin(), broken.end());
}

std::string last_part(const std::string& target) {
  return target.substr(target.find(':') + 1);
}

Error no_such_container(const Engine& engine,
                        const std::string& name,
                        const ContainerSearch& search) {
  const std::string what = fmt::format("{} has no container {}, by what runs{}{}",
                                       engine.name,
                                       quote(name),
                                       search.searched.empty() ? "" : " and what is in ",
                                       fmt::join(search.searched, ", "));
  const std::string hint = hint_after(name, search);
  return Error::of(ESRCH, what, "")
      .with_hint(hint.empty() ? "nsplay ps shows the containers that run" : hint);
}

/// No other one has this there.
bool is_only(const std::vector<FoundContainer>& containers,
             std::string FoundContainer::*member,
             const std::string& text) {
  return std::count_if(containers.begin(), containers.end(), [&](const FoundContainer& one) {
           return one.*member == text;
         }) == 1;
}

}  // namespace

Result<ContainerSearch> search_containers(std::span<const Engine> engines,
                                          const std::string& name) {
  const Machine machine = TRY(this_machine());
  const std::vector<EngineFindings> all = ask_engines(machine, engines);
  ContainerSearch search;
  for (const EngineFindings& one : all) {
    add_circumstances(one, search);
  }
  for (const Closeness closeness : {Closeness::name, Closeness::id, Closeness::beginning_of_id}) {
    search.closeness = closeness;
    TRY(look_at(matches_in(all, name, closeness), search));
    if (!search.living.empty() || search.ended) {
      break;
    }
  }
  return search;
}

std::vector<std::string> targets_of(const std::vector<FoundContainer>& containers) {
  std::vector<std::string> targets;
  for (const FoundContainer& one : containers) {
    const std::string pid = fmt::format("{} ({})", one.process.pid, one.target);
    const std::string& by_id =
        is_only(containers, &FoundContainer::by_id, one.by_id) ? one.by_id : pid;
    targets.push_back(is_only(containers, &FoundContainer::target, one.target) ? one.target
                                                                               : by_id);
  }
  return targets;
}

Error ambiguous_name(const std::string& name, const std::vector<std::string>& targets) {
  return Error::usage(fmt::format("{} may be any of {}", quote(name), fmt::join(targets, ", ")),
                      "say which one, as it stands there");
}

std::string closest_target(const std::string& name, const std::vector<std::string>& targets) {
  std::vector<std::string> names;
  std::transform(targets.begin(), targets.end(), std::back_inserter(names), &last_part);
  const std::string_view found = closest(name, {names.begin(), names.end()});
  const auto place = std::find(names.begin(), names.end(), found);
  return place == names.end() || found.empty()
             ? std::string()
             : targets[static_cast<std::size_t>(place - names.begin())];
}

std::string hint_after(const std::string& name, const ContainerSearch& search) {
  std::vector<std::string> parts;
  if (const std::string target = closest_target(name, search.others); !target.empty()) {
    parts.push_back(fmt::format("did you mean {}?", target));
  }
  if (!search.unreadable.empty()) {
    parts.push_back(
        fmt::format("you may not read {}; root may", fmt::join(search.unreadable, ", ")));
  }
  for (const Error& error : search.broken) {
    parts.push_back(error.message());
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

Result<procfs::PinnedProcess> open_container(const Engine& engine, const std::string& name) {
  ContainerSearch search = TRY(search_containers({&engine, 1}, name));
  if (search.living.size() > 1) {
    return fail(ambiguous_name(name, targets_of(search.living)));
  }
  if (search.living.size() == 1) {
    return std::move(search.living.front().process);
  }
  return fail(search.ended ? *std::move(search.ended) : no_such_container(engine, name, search));
}

}  // namespace nsplay::target
