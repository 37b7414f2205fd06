#include "nsplay/base/error.h"

#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace nsplay {

Error Error::of(int errnum, std::string_view call, std::string_view subject) {
  Error error;
  error.what = subject.empty() ? std::string(call) : fmt::format("{} {}", call, subject);
  error.errnum = errnum;
  return error;
}

Error Error::usage(std::string what, std::string hint) {
  return {std::move(what), 0, std::move(hint), Trouble::usage};
}

Error Error::during(std::string_view doing) && {
  what.insert(0, fmt::format("{}: ", doing));
  return std::move(*this);
}

Error Error::with_hint(std::string cure) && {
  if (hint.empty()) {
    hint = std::move(cure);
  }
  return std::move(*this);
}

std::string Error::message() const {
  return errnum == 0 ? what : fmt::format("{}: {}", what, std::generic_category().message(errnum));
}

}  // namespace nsplay
