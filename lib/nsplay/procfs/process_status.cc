#include "nsplay/procfs/process_status.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "nsplay/base/text.h"

namespace nsplay::procfs {
namespace {

using Words = std::vector<std::string_view>;

template <typename Number>
bool read_into(Number& number, const Words& words, std::size_t index, int base = 10) {
  const auto value = index < words.size() ? parse_number<Number>(words[index], base) : std::nullopt;
  number = value.value_or(Number{});
  return value.has_value();
}

template <typename Number>
bool read_all_into(std::vector<Number>& numbers, const Words& words) {
  numbers.resize(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!read_into(numbers[i], words, i)) {
      return false;
    }
  }
  return true;
}

struct Field {
  std::string_view name;
  bool (*read)(ProcessStatus&, const Words&);
};

constexpr Field fields[] = {
    {"State",
     [](ProcessStatus& s, const Words& w) {
       const bool is_there = !w.empty() && w.front().size() == 1;
       s.state = is_there ? w.front().front() : '\0';
       return is_there;
     }},
    {"Tgid", [](ProcessStatus& s, const Words& w) { return read_into(s.thread_group, w, 0); }},
    {"Uid",
     [](ProcessStatus& s, const Words& w) {
       return read_into(s.real_uid, w, 0) && read_into(s.effective_uid, w, 1) &&
              read_into(s.saved_uid, w, 2);
     }},
    {"Gid",
     [](ProcessStatus& s, const Words& w) {
       return read_into(s.real_gid, w, 0) && read_into(s.effective_gid, w, 1);
     }},
    {"Umask",
     [](ProcessStatus& s, const Words& w) { return read_into(s.umask.emplace(), w, 0, 8); }},
    {"NoNewPrivs",
     [](ProcessStatus& s, const Words& w) {
       int value = 0;
       const bool is_read = read_into(value, w, 0);
       s.no_new_privileges = value != 0;
       return is_read;
     }},
    {"Seccomp", [](ProcessStatus& s, const Words& w) { return read_into(s.seccomp_mode, w, 0); }},
    {"SigBlk",
     [](ProcessStatus& s, const Words& w) { return read_into(s.blocked_signals, w, 0, 16); }},
    {"SigIgn",
     [](ProcessStatus& s, const Words& w) { return read_into(s.ignored_signals, w, 0, 16); }},
    {"SigCgt",
     [](ProcessStatus& s, const Words& w) { return read_into(s.caught_signals, w, 0, 16); }},
    {"CapInh", [](ProcessStatus& s, const Words& w) { return read_into(s.inheritable, w, 0, 16); }},
    {"CapEff", [](ProcessStatus& s, const Words& w) { return read_into(s.effective, w, 0, 16); }},
    {"CapBnd", [](ProcessStatus& s, const Words& w) { return read_into(s.bounding, w, 0, 16); }},
    {"CapAmb", [](ProcessStatus& s, const Words& w) { return read_into(s.ambient, w, 0, 16); }},
    {"CapPrm", [](ProcessStatus& s, const Words& w) { return read_into(s.permitted, w, 0, 16); }},
    {"Groups", [](ProcessStatus& s, const Words& w) { return read_all_into(s.groups, w); }},
    {"NSpid", [](ProcessStatus& s, const Words& w) { return read_all_into(s.namespace_pids, w); }},
};

}  // namespace

Result<ProcessStatus> parse_process_status(std::string_view text) {
  ProcessStatus status;
  for (const std::string_view line : split(text, '\n')) {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    const auto* field = std::find_if(
        std::begin(fields), std::end(fields), [&](const Field& row) { return row.name == name; });
    if (field == std::end(fields) || colon == std::string_view::npos) {
      continue;
    }
    if (!field->read(status, split_words(line.substr(colon + 1)))) {
      return fail(Error::of(0, "malformed line in /proc/PID/status:", name));
    }
  }
  return status;
}

}  // namespace nsplay::procfs
