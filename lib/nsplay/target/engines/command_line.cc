#include "nsplay/target/engines/command_line.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

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
};

/// conmon(8), dockerd(8), systemd-nspawn(1), lxc-start(1), lxc-execute(1), firejail(1). Where other
/// words are passed over, the values of other options may be taken for some.
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
     End::first_word},
    {"lxc-",
     "cfglLnopPsu",
     " console console-log define gid group logfile logpriority lxcpath name pidfile rcfile"
     " share-ipc share-net share-pid share-uts uid ",
     "--",
     End::first_word},
    {"firejail", "", "", "--", End::first_word},
};

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
    const std::string name = argument.substr(0, sign);
    const auto bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    const bool has_next = sign == std::string::npos && !bare.empty() &&
                          grammar_.words.find(" " + bare + " ") != std::string_view::npos;
    const std::string joined = sign == std::string::npos ? "" : argument.substr(sign + 1);
    line_.options.push_back({name, has_next ? next_argument() : joined});
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
