#pragma once

// What a foreground `nsplay create` tells, in the words of the example in clone(2).

#include <sys/types.h>

#include <string>
#include <string_view>

namespace nsplay::render {

/// The three lines once the child is ready; the nodenames stand below each other.
std::string story_begin(pid_t child,
                        std::string_view nodename_in_child,
                        std::string_view nodename_in_parent);

/// The last line.
std::string story_end();

}  // namespace nsplay::render
