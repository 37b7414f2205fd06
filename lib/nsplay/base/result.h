#pragma once

// Result<T>: a value, or the Error that says why there is none. std::expected's names, so that it
// can take its place once both our compilers have it.

#include <utility>

#include <tl/expected.hpp>

#include "nsplay/base/error.h"

namespace nsplay {

template <typename T = void>
using Result = tl::expected<T, Error>;

/// Turns an Error into the failed Result of any type: `return fail(Error::of(…))`.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace nsplay
