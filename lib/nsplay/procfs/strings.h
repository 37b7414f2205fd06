#pragma once

// /proc/PID/cmdline and environ, proc(5): strings that each end in a NUL byte. The process can
// write whatever it likes there.

#include <string>
#include <string_view>
#include <vector>

namespace nsplay::procfs {

/// The strings, in order; a last one without its NUL counts.
std::vector<std::string> parse_strings(std::string_view text);

/// An environment. A process that has written something shorter there leaves NULs behind it.
std::vector<std::string> parse_environment(std::string_view text);

/// A command line as one text: the arguments with a blank between them.
std::string parse_command_line(std::string_view text);

}  // namespace nsplay::procfs
