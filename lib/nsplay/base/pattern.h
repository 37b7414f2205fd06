#pragma once

// POSIX extended regular expressions, regex(7), from people who may not mean well. std::regex would
// go as deep into the stack as the text is long.

#include <memory>
#include <string>
#include <string_view>

#include <regex.h>

#include "nsplay/base/result.h"

namespace nsplay {

class Pattern {
 public:
  /// Usage error: no regular expression, one of more than 1,000 bytes, one with a back-reference or
  /// a zero byte, or one whose repetitions multiply to more than 2,000 characters and brackets.
  static Result<Pattern> compile(std::string_view text);

  /// Whether some part of `text` is as the pattern says.
  [[nodiscard]] bool matches(const std::string& text) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const noexcept;
  };
  using Compiled = std::unique_ptr<regex_t, Free>;

  explicit Pattern(Compiled compiled);

  Compiled compiled_;
};

}  // namespace nsplay
