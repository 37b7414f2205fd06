#include "nsplay/procfs/process_stat.h"

#include "nsplay/base/text.h"

namespace nsplay::procfs {
namespace {

// Positions behind the comm: proc(5) numbers the state as field 3.
constexpr std::size_t state_field = 0;
constexpr std::size_t parent_field = 1;
constexpr std::size_t nice_field = 16;
constexpr std::size_t start_field = 19;

tl::unexpected<Error> malformed() {
  return fail(Error::of(0, "malformed /proc/PID/stat", ""));
}

}  // namespace

Result<ProcessStat> parse_process_stat(std::string_view text) {
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
      open == 0 || text[open - 1] != ' ') {
    return malformed();
  }
  const auto rest = text.substr(close + 1, text.find_last_not_of('\n') - close);
  const auto fields = split_words(rest);
  const auto pid = parse_number<pid_t>(text.substr(0, open - 1));
  if (!pid || *pid < 1 || fields.size() <= start_field || fields[state_field].size() != 1) {
    return malformed();
  }
  const auto parent = parse_number<pid_t>(fields[parent_field]);
  const auto start = parse_number<std::uint64_t>(fields[start_field]);
  const auto nice = parse_number<int>(fields[nice_field]);
  if (!parent || !start || !nice) {
    return malformed();
  }
  return ProcessStat{*pid,
                     std::string(text.substr(open + 1, close - open - 1)),
                     fields[state_field].front(),
                     *parent,
                     *nice,
                     *start};
}

}  // namespace nsplay::procfs
