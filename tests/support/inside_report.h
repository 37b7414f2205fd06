#pragma once

// The text that the program "report" writes (inside_program.h).

#include <string>
#include <string_view>

namespace nsplay::test {

/// Lines "FIELD VALUE" about the calling process.
std::string describe_this_process();

/// For bytes in the words of a command line, and for newlines in values.
std::string to_hexadecimal(std::string_view bytes);
std::string from_hexadecimal(std::string_view text);

}  // namespace nsplay::test
