#pragma once

// TRY(expr): the value of a Result, or return its error from the enclosing function. For .cc files.
// A statement expression: g++ and clang have it, and __extension__ keeps -Wpedantic quiet.
//
// Nothing with a destructor may be made beside it in the same expression: g++ 12 does not destroy
// that when TRY returns. So f(TRY(g())), but neither f(TRY(g()), name()) nor {TRY(g()), TRY(h())}.

#include <utility>

#include "nsplay/base/result.h"

namespace nsplay::detail {

template <typename T>
T take(tl::expected<T, Error>&& result) {
  return *std::move(result);
}

inline void take(tl::expected<void, Error>&& /*result*/) {}

}  // namespace nsplay::detail

#define NSPLAY_PASTE(a, b) a##b
#define NSPLAY_CONCAT(a, b) NSPLAY_PASTE(a, b)
#define NSPLAY_TRY(result, expr)                        \
  __extension__({                                       \
    auto result = (expr);                               \
    if (!result) {                                      \
      return ::nsplay::fail(std::move(result).error()); \
    }                                                   \
    ::nsplay::detail::take(std::move(result));          \
  })
#define TRY(expr) NSPLAY_TRY(NSPLAY_CONCAT(try_result_, __COUNTER__), expr)
