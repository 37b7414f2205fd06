#include "nsplay/ops/complete.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/ns/kind.h"
#include "nsplay/procfs/command_heads.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/procfs/strings.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/glance.h"
#include "nsplay/target/engines/engine.h"
#include "nsplay/target/engines/keepers.h"
#include "nsplay/target/expression.h"
#include "nsplay/target/living.h"

namespace nsplay::ops {
namespace {

constexpr std::size_t longest_candidate = 300;
constexpr std::size_t longest_description = 60;

using Heads = std::vector<procfs::CommandHead>;

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

/// Whether no shell gives a meaning to any of it, and nsplay does not take it for an option.
bool is_plain_word(std::string_view text) {
  constexpr std::string_view others = "_.:/+-";
  return !text.empty() && text.size() <= longest_candidate && is_letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char byte) {
           return is_letter_or_digit(byte) || others.find(byte) != std::string_view::npos;
         });
}

/// Cut where a character of UTF-8 begins.
std::string as_description(std::string_view text) {
  constexpr unsigned continuation_mask = 0xc0;
  constexpr unsigned continuation = 0x80;
  constexpr std::size_t longest_character = 4;
  std::string shown = escape_for_terminal(text.substr(0, longest_description + longest_character));
  if (shown.size() > longest_description) {
    std::size_t end = longest_description;
    while ((static_cast<unsigned char>(shown[end]) & continuation_mask) == continuation) {
      --end;
    }
    shown.resize(end);
  }
  return shown;
}

/// What fits the word that is typed.
class Offers {
 public:
  explicit Offers(std::string_view word) : word_(word) {}

  [[nodiscard]] std::string_view word() const { return word_; }

  /// Up to the first colon; empty: it has none.
  [[nodiscard]] std::optional<std::string_view> qualifier() const {
    const auto colon = word_.find(':');
    return colon == std::string_view::npos ? std::nullopt : std::optional(word_.substr(0, colon));
  }

  void add(std::string text, std::string_view description) {
    if (text.starts_with(word_) && is_plain_word(text) && known_.insert(text).second) {
      completions_.push_back({std::move(text), as_description(description)});
    }
  }

  /// Another way to write what is offered already: only for who has begun to write it so.
  void add_other(std::string text, std::string_view description) {
    if (!word_.empty()) {
      add(std::move(text), description);
    }
  }

  std::vector<Completion> take() { return std::move(completions_); }

 private:
  std::string_view word_;
  std::set<std::string> known_;
  std::vector<Completion> completions_;
};

/// Something that has a name, and the TARGETs that mean it and nothing else.
struct Named {
  std::string name;
  std::string target;
  std::string by_id;  ///< may be empty
  std::string description;
};

void add_plays(std::vector<Named>& all) {
  for (const auto& [play, process] : target::living_plays().containers) {
    all.push_back(
        {play.name, target::target_of(play), "", fmt::format("play, pid {}", process.pid)});
  }
}

/// Of all engines, or of the one that the word names.
std::span<const target::Engine> engines_for(const Offers& offers) {
  const auto qualifier = offers.qualifier();
  if (!qualifier) {
    return target::all_engines();
  }
  const target::Engine* engine = target::engine_named(*qualifier);
  return {engine, engine == nullptr ? 0U : 1U};
}

std::string_view behind_colon(std::string_view target) {
  return target.substr(target.find(':') + 1);
}

/// As the user calls the engine: it may have two names.
std::string in_words_of(const Offers& offers, const std::string& target) {
  const std::string_view rest = behind_colon(target);
  return offers.qualifier() ? fmt::format("{}:{}", *offers.qualifier(), rest) : target;
}

void add_containers(const Offers& offers, const Heads& processes, std::vector<Named>& all) {
  const auto engines = engines_for(offers);
  if (engines.empty()) {
    return;
  }
  const target::Machine machine = target::machine_with(target::keepers_among(processes));
  for (const auto& [container, init] : target::living_containers(machine, engines).containers) {
    const std::string shown = target::target_of(container);
    all.push_back({std::string(behind_colon(shown)),
                   in_words_of(offers, shown),
                   container.id.empty()
                       ? std::string()
                       : in_words_of(offers, fmt::format("{}:{}", container.engine, container.id)),
                   fmt::format("container, pid {}", init.pid)});
  }
}

void add_network_namespaces(std::vector<Named>& all) {
  constexpr const char* place = "/run/netns";
  const auto directory = sys::open_file(place, O_RDONLY | O_DIRECTORY);
  auto names = directory ? sys::names_in(*directory, place).value_or(std::vector<std::string>())
                         : std::vector<std::string>();
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    all.push_back({name, "netns:" + name, "", "network namespace"});
  }
}

/// What the engine has under one name several times, by id.
void tell_apart(std::vector<Named>& all) {
  std::map<std::string, std::size_t> times;
  for (const Named& named : all) {
    ++times[named.target];
  }
  for (Named& named : all) {
    if (times[named.target] > 1 && !named.by_id.empty()) {
      named.target = named.by_id;
    }
  }
}

/// What the word may be the name of.
std::vector<Named> find_all_named(const Offers& offers, const Heads& processes) {
  std::vector<Named> all;
  if (offers.qualifier().value_or("play") == "play") {
    add_plays(all);
  }
  add_containers(offers, processes, all);
  if (offers.qualifier().value_or("netns") == "netns") {
    add_network_namespaces(all);
  }
  tell_apart(all);
  return all;
}

/// Whether it is a TARGET without anything before it.
bool stands_alone(const std::vector<Named>& all, const std::string& name) {
  const auto parsed = target::parse_expression(name);
  return parsed && std::holds_alternative<target::NameExpression>(*parsed) &&
         std::count_if(
             all.begin(), all.end(), [&](const Named& other) { return other.name == name; }) == 1;
}

bool is_play(const Named& named) {
  return named.target.starts_with("play:");
}

/// An id is offered only to who has begun to write it: it says nothing.
void offer_id(const Named& named, Offers& offers) {
  if (offers.qualifier() && !behind_colon(offers.word()).empty() && !named.by_id.empty()) {
    offers.add(named.by_id, named.description);
  }
}

void offer_named(const Heads& processes, Offers& offers) {
  const std::vector<Named> all = find_all_named(offers, processes);
  for (const Named& named : all) {
    const bool alone = stands_alone(all, named.name);
    if (alone && is_play(named)) {
      offers.add(named.name, named.description);
      offers.add_other(named.target, named.description);
      continue;
    }
    offers.add(named.target, named.description);
    if (alone) {
      offers.add_other(named.name, named.description);
    }
    offer_id(named, offers);
  }
}

bool is_beginning_of_pid(std::string_view word) {
  return word.find_first_not_of("0123456789") == std::string_view::npos;
}

Heads processes_like(std::string_view beginning) {
  return procfs::command_heads(beginning).value_or(Heads());
}

/// What has no command line is left out: there is nothing to join.
void offer_processes(const Heads& processes, Offers& offers) {
  for (const procfs::CommandHead& process : processes) {
    offers.add(std::to_string(process.pid), procfs::parse_command_line(process.text));
  }
}

/// Each namespace of the kind that a process is in, with the first that is and has a command line.
void offer_inodes(const ns::KindInfo& kind, Offers& offers) {
  const auto proc = sys::open_file("/proc", O_RDONLY | O_DIRECTORY);
  const auto pids = proc ? procfs::list_processes() : fail(Error{});
  std::map<std::uint64_t, std::string> commands;
  for (const pid_t pid : pids.value_or(std::vector<pid_t>())) {
    const std::string link = fmt::format("{}/{}", pid, kind.proc_path);
    const std::uint64_t inode = sys::glance_at_link(*proc, link.c_str()).inode;
    std::string& command = commands[inode];
    if (inode != 0 && command.empty()) {
      command = procfs::parse_command_line(procfs::command_head(*proc, pid));
    }
  }
  commands.erase(0);
  for (const auto& [inode, command] : commands) {
    offers.add(fmt::format("{}:{}", kind.name, inode), command);
  }
}

void offer_namespaces(Offers& offers) {
  for (const ns::KindInfo& kind : ns::all_kinds()) {
    if (offers.qualifier() == kind.name) {
      offer_inodes(kind, offers);
    } else {
      offers.add(fmt::format("{}:", kind.name), "kind of namespace");
    }
  }
}

bool is_path(const Offers& offers) {
  return offers.word().find('/') != std::string_view::npos && engines_for(offers).size() != 1;
}

/// What begins with a digit is a pid; a container of such a name can be had by its engine.
void offer_targets(Offers& offers) {
  if (is_path(offers)) {
    return;
  }
  const bool may_be_pid = is_beginning_of_pid(offers.word());
  const Heads processes = processes_like(may_be_pid ? offers.word() : std::string_view());
  offer_named(processes, offers);
  offers.add("self", "nsplay itself");
  if (may_be_pid) {
    offer_processes(processes, offers);
  }
  if (!offers.word().empty()) {
    offer_namespaces(offers);
  }
}

void offer_plays(Offers& offers) {
  std::vector<Named> plays;
  add_plays(plays);
  for (const Named& play : plays) {
    offers.add(play.name, play.description);
    offers.add_other(play.target, play.description);
  }
}

}  // namespace

std::vector<Completion> complete(const CompletionRequest& request) {
  Offers offers(request.word);
  switch (request.sought) {
    case Sought::target:
      offer_targets(offers);
      break;
    case Sought::process:
      offer_processes(processes_like(request.word), offers);
      break;
    case Sought::play:
      offer_plays(offers);
      break;
    case Sought::name_space:
      offer_namespaces(offers);
      break;
  }
  return offers.take();
}

}  // namespace nsplay::ops
