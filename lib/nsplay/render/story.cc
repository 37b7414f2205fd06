#include "nsplay/render/story.h"

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::render {

std::string story_begin(pid_t child,
                        std::string_view nodename_in_child,
                        std::string_view nodename_in_parent) {
  return fmt::format(
      "clone() returned {}\n"
      "uts.nodename in child:  {}\n"
      "uts.nodename in parent: {}\n",
      child,
      escape_for_terminal(nodename_in_child),
      escape_for_terminal(nodename_in_parent));
}

std::string story_end() {
  return "child has terminated\n";
}

}  // namespace nsplay::render
