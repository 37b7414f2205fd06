#include "nsplay/target/engines/command_line.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::target {
namespace {

/// Where the options end, beside at "--".
enum class End {
  first_word,  ///< what follows is a program
  last_word,   ///< the program takes options after other words too
};

/// Which options of a program have a value that may be the next argument. What is not listed has
/// none, or has it after "=".
struct Grammar {
  std::string_view program;    ///< how its name begins
  std::string_view letters;    ///< of one dash
  std::string_view words;      ///< of two dashes, each with blanks around it
  std::string_view long_dash;  ///< of words; those of Go may have one dash
  End end;
  /// Words without such a value. Where they are listed, a beginning that only one word has stands
  /// for it, getopt_long(3).
  std::string_view flags = {};
  std::string_view pairs = {};    ///< words with two values
  std::string_view triples = {};  ///< words with three
};

/// conmon(8), dockerd(8), systemd-nspawn(1), lxc-start(1), lxc-execute(1), firejail(1), bwrap(1).
/// Where other words are passed over, the values of other options may be taken for some.
constexpr Grammar grammars[] = {
    {"conmon",
     "bclnpPruT0",
     " bundle cid container-pidfile exec-process-spec exit-command exit-command-arg exit-dir name"
     " runtime-arg runtime-opt ",
     "--",
     End::last_word},
    {"dockerd", "gGHlps", " data-root exec-root graph ", "--", End::last_word},
    {"containerd-shim", "", " address id namespace publish-binary ", "-", End::first_word},
    {"systemd-nspawn",
     "DEiLMpSuZ",
     " ambient-capability bind bind-ro bind-user capability chdir console cpu-affinity directory"
     " drop-capability hostname image inaccessible kill-signal link-journal load-credential machine"
     " network-bridge network-interface network-ipvlan network-macvlan network-namespace-path"
     " network-veth-extra network-zone no-new-privileges notify-ready oci-bundle oom-score-adjust"
     " overlay overlay-ro personality pivot-root port private-users-ownership property register"
     " resolv-conf rlimit root-hash root-hash-sig selinux-apifs-context selinux-context"
     " set-credential setenv settings slice suppress-sync system-call-filter template timezone "
     "tmpfs"
     " user uuid verity-data ",
     "--",
     End::first_word,
     " as-pid2 boot ephemeral help keep-unit network-veth no-pager pipe private-network"
     " private-users private-users-chown quiet read-only share-system version volatile "},
    {"lxc-",
     "cfglLnopPsu",
     " console console-log define gid group logfile logpriority lxcpath name pidfile rcfile"
     " share-ipc share-net share-pid share-uts uid ",
     "--",
     End::first_word,
     " close-all-fds daemon foreground help quiet usage version "},
    {"firejail", "", "", "--", End::first_word},
    {"bwrap",
     "",
     " add-seccomp-fd args argv0 block-fd cap-add cap-drop chdir dev dir exec-label file-label gid"
     " hostname info-fd json-status-fd lock-file mqueue overlay-src perms pidns proc remount-ro"
     " ro-overlay seccomp size sync-fd tmp-overlay tmpfs uid unsetenv userns userns-block-fd"
     " userns2 ",
     "--",
     End::first_word,
     "",
     " bind bind-data bind-fd bind-try chmod dev-bind dev-bind-try file ro-bind ro-bind-data"
     " ro-bind-fd ro-bind-try setenv symlink ",
     " overlay "},
};

bool has_word(std::string_view words, std::string_view word) {
  return !word.empty() && words.find(fmt::format(" {} ", word)) != std::string_view::npos;
}

std::size_t number_of_values(const Grammar& grammar, std::string_view word) {
  const std::array lists = {grammar.words, grammar.pairs, grammar.triples};
  const auto* found = std::find_if(
      lists.begin(), lists.end(), [&](std::string_view words) { return has_word(words, word); });
  return found == lists.end() ? 0 : static_cast<std::size_t>(found - lists.begin()) + 1;
}

/// What the program takes the word for.
std::string whole_word(const Grammar& grammar, std::string_view word) {
  if (grammar.flags.empty() || has_word(grammar.words, word) || has_word(grammar.flags, word)) {
    return std::string(word);
  }
  std::vector<std::string_view> found;
  for (const std::string_view words : {grammar.words, grammar.flags}) {
    for (const std::string_view other : split_words(words)) {
      if (other.starts_with(word)) {
        found.push_back(other);
      }
    }
  }
  return std::string(found.size() == 1 ? found.front() : word);
}

const Grammar& grammar_of(std::string_view program) {
  static constexpr Grammar unknown = {"", "", "", "--", End::first_word};
  const auto* found =
      std::find_if(std::begin(grammars), std::end(grammars), [&](const Grammar& grammar) {
        return program.starts_with(grammar.program);
      });
  return found == std::end(grammars) ? unknown : *found;
}

/// Takes the arguments apart, one after the other.
class Parser {
 public:
  Parser(const Grammar& grammar, const std::vector<std::string>& arguments)
      : grammar_(grammar), arguments_(arguments) {}

  CommandLine parse() {
    while (next_ < arguments_.size() && arguments_[next_] != "--" && take_next()) {
    }
    line_.words.insert(line_.words.end(), arguments_.begin() + place_of_next(), arguments_.end());
    return std::move(line_);
  }

 private:
  [[nodiscard]] std::ptrdiff_t place_of_next() const { return static_cast<std::ptrdiff_t>(next_); }

  /// False: the options end here.
  bool take_next() {
    const std::string& argument = arguments_[next_];
    const bool is_word = argument.size() < 2 || argument.front() != '-';
    if (is_word && grammar_.end == End::first_word) {
      return false;
    }
    ++next_;
    if (is_word) {
      line_.words.push_back(argument);
    } else if (argument.starts_with(grammar_.long_dash)) {
      take_word(argument);
    } else {
      take_letters(argument);
    }
    return true;
  }

  std::string next_argument() {
    return next_ < arguments_.size() ? arguments_[next_++] : std::string();
  }

  void take_word(const std::string& argument) {
    const auto sign = argument.find('=');
    const auto dashes = std::min(argument.find_first_not_of('-'), argument.size());
    const std::string word = whole_word(grammar_, argument.substr(dashes, sign - dashes));
    CommandOption option{argument.substr(0, dashes) + word, {}};
    if (sign != std::string::npos) {
      option.value = argument.substr(sign + 1);
    } else {
      option.value = first_of_next(number_of_values(grammar_, word));
    }
    line_.options.push_back(std::move(option));
  }

  /// The first of so many arguments, which are all taken.
  std::string first_of_next(std::size_t number) {
    std::string first = number == 0 ? std::string() : next_argument();
    for (std::size_t i = 1; i < number; ++i) {
      next_argument();
    }
    return first;
  }

  /// "-abD DIR", "-abDDIR".
  void take_letters(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      std::string name = std::string("-") + argument[i];
      if (grammar_.letters.find(argument[i]) == std::string_view::npos) {
        line_.options.push_back({std::move(name), {}});
        continue;
      }
      const std::string joined = argument.substr(i + 1);
      line_.options.push_back({std::move(name), joined.empty() ? next_argument() : joined});
      return;
    }
  }

  const Grammar& grammar_;
  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  CommandLine line_;
};

bool is_called(const CommandOption& option, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), option.name) != names.end();
}

}  // namespace

CommandLine parse_command_line(std::string_view program,
                               const std::vector<std::string>& arguments) {
  return Parser(grammar_of(program), arguments).parse();
}

std::string value_of(const CommandLine& line, std::initializer_list<std::string_view> names) {
  const auto found =
      std::find_if(line.options.rbegin(), line.options.rend(), [&](const CommandOption& option) {
        return is_called(option, names) && !option.value.empty();
      });
  return found == line.options.rend() ? std::string() : found->value;
}

bool has_option(const CommandLine& line, std::initializer_list<std::string_view> names) {
  return std::any_of(line.options.begin(), line.options.end(), [&](const CommandOption& option) {
    return is_called(option, names);
  });
}

}  // namespace nsplay::target
