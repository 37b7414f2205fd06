#pragma once

// Text as one word of a command line that a user pastes into his shell.

#include <string>
#include <string_view>

namespace nsplay {

/// As it is where that will do; in single quotes, as every POSIX shell reads them; and only with
/// bytes that a terminal would obey or that are not UTF-8 as $'\x1b', which dash does not know.
std::string shell_word(std::string_view text);

}  // namespace nsplay
