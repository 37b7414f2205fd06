#pragma once

// The launcher's file, as it is built beside the library.

#include <string_view>

namespace nsplay::sys {

/// An ELF program that needs nothing.
std::string_view launcher_image() noexcept;

}  // namespace nsplay::sys
