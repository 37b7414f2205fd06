#include "nsplay/ops/subordinate_ids.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/local_names.h"
#include "nsplay/ops/program.h"
#include "nsplay/sys/captured.h"

namespace nsplay::ops {
namespace {

constexpr std::uint32_t no_id = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t file_limit = 4UL * 1024 * 1024;

struct Source {
  IdKind kind;
  const char* file;
  std::vector<std::string> words;
  std::string_view noun;
  std::string_view usermod;
};

Source source_of(IdKind kind) {
  return kind == IdKind::user
             ? Source{kind, "/etc/subuid", {"getsubids"}, "uids", "--add-subuids"}
             : Source{kind, "/etc/subgid", {"getsubids", "-g"}, "gids", "--add-subgids"};
}

std::optional<IdSpan> span_of(std::string_view start, std::string_view count) {
  const auto first = parse_number<std::uint32_t>(start);
  const auto number = parse_number<std::uint32_t>(count);
  const bool is_sound = first && number && *number > 0 && std::uint64_t{*first} + *number <= no_id;
  return is_sound ? std::optional(IdSpan{*first, *number}) : std::nullopt;
}

std::uint32_t end_of(const IdSpan& span) {
  return span.start + span.count;
}

/// What of `span` lies outside of `taken`: before it, behind it.
void cut(const IdSpan& span, const IdSpan& taken, std::vector<IdSpan>& left) {
  const std::uint32_t before = std::min(end_of(span), taken.start);
  if (span.start < before) {
    left.push_back({span.start, before - span.start});
  }
  const std::uint32_t behind = std::max(span.start, end_of(taken));
  if (behind < end_of(span)) {
    left.push_back({behind, end_of(span) - behind});
  }
}

/// Lines of a user by name and by uid may say the same ids.
void add_once(const IdSpan& span, std::vector<IdSpan>& spans) {
  std::vector<IdSpan> left{span};
  for (const IdSpan& taken : spans) {
    if (left.empty()) {
      return;
    }
    std::vector<IdSpan> rest;
    for (const IdSpan& piece : left) {
      cut(piece, taken, rest);
    }
    left = std::move(rest);
  }
  spans.insert(spans.end(), left.begin(), left.end());
}

/// Empty when it cannot be read.
std::string text_of(const char* file) {
  const auto opened = sys::open_file(file, O_RDONLY);
  return (opened ? sys::read_all(*opened, file_limit, file) : fail(opened.error())).value_or("");
}

Error has_none(const Source& source, const std::string& user) {
  return Error::of(
             0, fmt::format("{} has no subordinate {}", escape_for_terminal(user), source.noun), "")
      .with_hint(fmt::format("root can give some, which {} then lists: usermod {} 100000-165535 {}",
                             source.file,
                             source.usermod,
                             escape_for_terminal(user)));
}

}  // namespace

std::vector<IdSpan> parse_subordinate_ids(std::string_view text, std::string_view name, uid_t uid) {
  const std::string number = std::to_string(uid);
  std::vector<IdSpan> spans;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');
    const bool is_his =
        fields.size() == 3 && !fields[0].empty() && (fields[0] == name || fields[0] == number);
    const auto span = is_his ? span_of(fields[1], fields[2]) : std::nullopt;
    if (span && spans.size() < most_id_spans) {
      add_once(*span, spans);
    }
  }
  return spans;
}

std::vector<IdSpan> parse_getsubids(std::string_view text) {
  std::vector<IdSpan> spans;
  for (const std::string_view line : split(text, '\n')) {
    const auto words = split_words(line);
    const bool is_entry = words.size() == 4 && words[0].ends_with(':');
    const auto span = is_entry ? span_of(words[2], words[3]) : std::nullopt;
    if (span && spans.size() < most_id_spans) {
      add_once(*span, spans);
    }
  }
  return spans;
}

bool asks_elsewhere(std::string_view nsswitch) {
  for (const std::string_view line : split(nsswitch, '\n')) {
    const auto words = split_words(line);
    if (!words.empty() && words[0] == "subid:") {
      return words.size() != 2 || words[1] != "files";
    }
  }
  return false;
}

Result<std::vector<IdSpan>> subordinate_ids_of(uid_t uid, IdKind kind) {
  Source source = source_of(kind);
  const auto account = account_of(uid);
  const std::string user = account ? account->name : std::to_string(uid);
  source.words.push_back(user);
  sys::ExecImage image(find_program(source.words, sys::own_environment()));
  const auto answer = TRY(sys::run_captured(image, sys::CapturedStream::output, file_limit));
  auto spans = parse_getsubids(answer.status == 0 ? answer.text : "");
  // getsubids -g knows no line by uid, which newgidmap(1) takes all the same.
  if (!asks_elsewhere(text_of("/etc/nsswitch.conf"))) {
    for (const IdSpan& span :
         parse_subordinate_ids(text_of(source.file), account ? user : "", uid)) {
      add_once(span, spans);
    }
  }
  if (spans.empty()) {
    return fail(has_none(source, user));
  }
  return spans;
}

}  // namespace nsplay::ops
