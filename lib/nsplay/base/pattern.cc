#include "nsplay/base/pattern.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay {
namespace {

constexpr std::size_t longest_pattern = 1000;
constexpr std::size_t most_pieces = 2000;

/// The group that is being read: what it takes once regcomp(3) has written all repetitions out.
struct Group {
  std::size_t before = 0;  ///< pieces of everything but the last atom
  std::size_t last = 0;    ///< pieces of the last atom, which a repetition would repeat
};

/// Counts the pieces of a pattern. glibc's regcomp(3) copies what is repeated: a{9} nine times, a+
/// twice. ((a+)+)+ doubles with each level, so that a few dozen bytes would fill any memory.
class PieceCounter {
 public:
  explicit PieceCounter(std::string_view text) : text_(text) {}

  /// Stops once it is too many.
  std::size_t count() {
    while (position_ < text_.size() && pieces() <= most_pieces) {
      take();
    }
    return pieces();
  }

  /// Of what was counted. glibc takes \1 to \9, which regex(7) has for basic expressions alone, and
  /// then needs time that grows exponentially with the text.
  [[nodiscard]] bool refers_back() const { return refers_back_; }

 private:
  void take() {
    const std::size_t at = position_;
    switch (text_[position_++]) {
      case '\\':
        take_escaped();
        break;
      case '[':
        position_ = end_of_bracket(at);
        add_atom(1);
        break;
      case '(':
        groups_.push_back({});
        break;
      case ')':
        close_group();
        break;
      case '+':
        repeat(2);
        break;
      case '{':
        repeat(largest_number_in_braces() + 1);
        break;
      default:
        add_atom(1);
    }
  }

  void take_escaped() {
    refers_back_ |= position_ < text_.size() && text_[position_] >= '1' && text_[position_] <= '9';
    ++position_;
    add_atom(1);
  }

  void add_atom(std::size_t pieces) {
    Group& group = groups_.back();
    group.before += group.last;
    group.last = pieces;
  }

  void repeat(std::size_t times) {
    Group& group = groups_.back();
    group.last = std::min(group.last * times, most_pieces + 1);
  }

  void close_group() {
    const Group closed = groups_.back();
    if (groups_.size() > 1) {
      groups_.pop_back();
    }
    add_atom(closed.before + closed.last + 1);
  }

  /// Where `[...]` ends; a ']' that is the first, or within [: :], [. .] and [= =], does not end
  /// it.
  [[nodiscard]] std::size_t end_of_bracket(std::size_t at) const {
    const std::size_t first = at + (text_.substr(at).starts_with("[^") ? 2U : 1U);
    for (at = first; at < text_.size(); ++at) {
      if (text_[at] == ']' && at != first) {
        return at + 1;
      }
      const auto next = text_.substr(at, 2);
      if (next == "[:" || next == "[." || next == "[=") {
        const char close[] = {next[1], ']'};
        at = std::min(text_.find(std::string_view(close, 2), at + 2), text_.size() - 1) + 1;
      }
    }
    return text_.size();
  }

  std::size_t largest_number_in_braces() {
    std::size_t largest = 0;
    std::size_t number = 0;
    for (; position_ < text_.size() && text_[position_] != '}'; ++position_) {
      const char byte = text_[position_];
      const bool is_digit = byte >= '0' && byte <= '9';
      const auto digit = static_cast<std::size_t>(byte - '0');
      number = is_digit ? std::min(number * 10 + digit, most_pieces) : 0;
      largest = std::max(largest, number);
    }
    ++position_;
    return largest;
  }

  [[nodiscard]] std::size_t pieces() const {
    std::size_t sum = 0;
    for (const Group& group : groups_) {
      sum += group.before + group.last;
    }
    return sum;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  bool refers_back_ = false;
  std::vector<Group> groups_{1};
};

Error not_a_pattern(std::string_view text, std::string_view reason) {
  return Error::usage(fmt::format("{} is not a regular expression: {}", quote(text), reason),
                      "it is an extended one as of regex(7)");
}

Result<> check_pattern(std::string_view text) {
  if (text.size() > longest_pattern) {
    return fail(Error::usage(fmt::format("a regular expression of {} bytes", text.size()),
                             fmt::format("it may have {}", longest_pattern)));
  }
  if (text.find('\0') != std::string_view::npos) {
    return fail(not_a_pattern(text, "it has a zero byte"));
  }
  PieceCounter counter(text);
  if (counter.count() > most_pieces) {
    return fail(not_a_pattern(text, "it repeats too much"));
  }
  if (counter.refers_back()) {
    return fail(not_a_pattern(text, "it refers back to a group"));
  }
  return {};
}

}  // namespace

void Pattern::Free::operator()(regex_t* compiled) const noexcept {
  regfree(compiled);
  const std::unique_ptr<regex_t> memory(compiled);
}

Pattern::Pattern(Compiled compiled) : compiled_(std::move(compiled)) {}

Result<Pattern> Pattern::compile(std::string_view text) {
  TRY(check_pattern(text));
  auto compiled = std::make_unique<regex_t>();
  const int status = regcomp(compiled.get(), std::string(text).c_str(), REG_EXTENDED | REG_NOSUB);
  if (status != 0) {
    std::array<char, 200> reason{};
    regerror(status, compiled.get(), reason.data(), reason.size());
    return fail(not_a_pattern(text, escape_for_terminal(reason.data(), Backslash::keep)));
  }
  return Pattern(Compiled(compiled.release()));
}

bool Pattern::matches(const std::string& text) const {
  return regexec(compiled_.get(), text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace nsplay
