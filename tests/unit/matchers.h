#pragma once

// GoogleMock matchers for Result: what it yields, or how it fails.

#include <ostream>
#include <string>
#include <type_traits>

#include <gmock/gmock.h>

#include "nsplay/base/result.h"

namespace nsplay {

/// GoogleTest would show an Error byte by byte.
// NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
inline void PrintTo(const Error& error, std::ostream* out) {
  *out << "Error{" << error.message() << "; hint: " << error.hint << "}";
}

template <typename T>
// NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
void PrintTo(const Result<T>& result, std::ostream* out) {
  if (!result) {
    PrintTo(result.error(), out);
  } else if constexpr (std::is_void_v<T>) {
    *out << "success";
  } else {
    *out << ::testing::PrintToString(*result);
  }
}

namespace test {

/// The Result has a value that matches.
MATCHER_P(Yields, matcher, "") {
  if (!arg) {
    *result_listener << "which fails: " << arg.error().message();
    return false;
  }
  return ::testing::ExplainMatchResult(matcher, *arg, result_listener);
}

/// The Result has no value, and the message of its error matches.
MATCHER_P(Fails, matcher, "fails: " + ::testing::DescribeMatcher<std::string>(matcher, negation)) {
  if (arg) {
    *result_listener << "which has a value";
    return false;
  }
  return ::testing::ExplainMatchResult(matcher, arg.error().message(), result_listener);
}

/// The Result has no value because the request makes no sense, and the message matches.
MATCHER_P(IsUsageError,
          matcher,
          "is a usage error: " + ::testing::DescribeMatcher<std::string>(matcher, negation)) {
  if (arg) {
    *result_listener << "which has a value";
    return false;
  }
  *result_listener << (arg.error().trouble == Trouble::usage ? "" : "which is no usage error, ");
  return arg.error().trouble == Trouble::usage &&
         ::testing::ExplainMatchResult(matcher, arg.error().message(), result_listener);
}

}  // namespace test
}  // namespace nsplay
