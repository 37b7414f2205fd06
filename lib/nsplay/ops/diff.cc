#include "nsplay/ops/diff.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/diff_facts.h"
#include "nsplay/ops/hints.h"
#include "nsplay/target/target.h"

namespace nsplay::ops {
namespace {

using Facts = std::vector<DiffFact>;

/// Both are held, so that an inode says which namespace it is.
struct AreEqual {
  bool operator()(const ns::NamespaceRef& one, const ns::NamespaceRef& other) const {
    return one.kind == other.kind && one.inode == other.inode;
  }
  template <typename Value>
  bool operator()(const Value& one, const Value& other) const {
    return one == other;
  }
  template <typename One, typename Other>
  bool operator()(const One& /*one*/, const Other& /*other*/) const {
    return false;
  }
};

bool are_equal(const DiffValue& one, const DiffValue& other) {
  return std::visit(AreEqual{}, one, other);
}

/// What could not be read of which side, and the cure.
Error explain(const DiffSide& side, std::string_view what, Error error) {
  const bool is_refused = error.errnum == EACCES || error.errnum == EPERM;
  std::string hint = is_refused && side.process ? access_hint(*side.process) : std::string();
  return std::move(error)
      .with_hint(std::move(hint))
      .during(fmt::format("cannot read {} of {}", what, escape_for_terminal(side.expression)));
}

struct Pair {
  const DiffSide& a;
  const DiffSide& b;
};

const DiffFact* find_fact(const Facts& facts, const std::string& path) {
  const auto found = std::find_if(
      facts.begin(), facts.end(), [&](const DiffFact& fact) { return fact.path == path; });
  return found == facts.end() ? nullptr : &*found;
}

std::optional<DiffValue> value_of(const DiffFact* fact) {
  return fact != nullptr && fact->value ? std::optional(*fact->value) : std::nullopt;
}

std::optional<Error> error_of(const DiffSide& side, const DiffFact* fact) {
  return fact != nullptr && !fact->value
             ? std::optional(explain(side, fact->path, fact->value.error()))
             : std::nullopt;
}

/// One of the two may be missing.
std::optional<Difference> compare_facts(const Pair& sides, const DiffFact* a, const DiffFact* b) {
  Difference difference;
  difference.path = a != nullptr ? a->path : b->path;
  difference.a = value_of(a);
  difference.b = value_of(b);
  difference.error = error_of(sides.a, a);
  if (!difference.error) {
    difference.error = error_of(sides.b, b);
  }
  const bool is_same = difference.a && difference.b && are_equal(*difference.a, *difference.b);
  return is_same ? std::nullopt : std::optional(std::move(difference));
}

std::vector<Difference> compare_all(const Pair& sides, const Facts& a, const Facts& b) {
  std::vector<Difference> differences;
  const auto add = [&](const DiffFact* one, const DiffFact* other) {
    if (auto difference = compare_facts(sides, one, other)) {
      differences.push_back(*std::move(difference));
    }
  };
  for (const DiffFact& fact : a) {
    add(&fact, find_fact(b, fact.path));
  }
  for (const DiffFact& fact : b) {
    if (find_fact(a, fact.path) == nullptr) {
      add(nullptr, &fact);
    }
  }
  return differences;
}

bool is_unreadable(const DiffFact& fact) {
  return !fact.value;
}

/// That nothing of it can be read is said once.
Result<Facts> read_facts(const DiffReader& reader, const DiffSide& side, const DiffSide& other) {
  Facts facts = TRY(reader.read(side, other));
  if (!facts.empty() && std::all_of(facts.begin(), facts.end(), &is_unreadable)) {
    return fail(facts.front().value.error());
  }
  return facts;
}

DiffSection compare_section(const DiffReader& reader, const Pair& sides) {
  DiffSection section{reader.section, {}, std::nullopt};
  const auto a = read_facts(reader, sides.a, sides.b);
  const auto b = read_facts(reader, sides.b, sides.a);
  if (!a) {
    section.error = explain(sides.a, reader.section, a.error());
  } else if (!b) {
    section.error = explain(sides.b, reader.section, b.error());
  } else {
    section.differences = compare_all(sides, *a, *b);
  }
  return section;
}

Result<> check_section(const std::string& name) {
  const auto names = diff_section_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return {};
  }
  const std::string_view meant = closest(name, names);
  return fail(Error::usage(fmt::format("there is no section {}", quote(name)),
                           meant.empty() ? fmt::format("it is one of {}", fmt::join(names, ", "))
                                         : fmt::format("did you mean '{}'?", meant)));
}

bool is_section_wanted(const DiffRequest& request, std::string_view section) {
  return request.sections.empty() ||
         std::find(request.sections.begin(), request.sections.end(), section) !=
             request.sections.end();
}

bool have_kind_in_common(const Pair& sides) {
  return std::any_of(sides.a.namespaces.begin(), sides.a.namespaces.end(), [&](const auto& entry) {
    return sides.b.namespaces.contains(entry.first);
  });
}

/// What cannot be compared at all is said, not left out.
Result<> check_sections(const DiffRequest& request, const Pair& sides) {
  if (!have_kind_in_common(sides)) {
    return fail(Error::usage("they are namespaces of different kinds",
                             "name two of one kind, or a process"));
  }
  for (const DiffReader& reader : diff_readers()) {
    const bool applies = reader.applies(sides.a) && reader.applies(sides.b);
    if (!applies && !request.sections.empty() && is_section_wanted(request, reader.section)) {
      return fail(Error::usage(
          fmt::format("one namespace has nothing to compare in section '{}'", reader.section),
          "name two processes"));
    }
  }
  return {};
}

Result<DiffReport> run(const DiffRequest& request) {
  for (const std::string& name : request.sections) {
    TRY(check_section(name));
  }
  const DiffSide a = TRY(diff_side_of(TRY(target::resolve(request.a))));
  const DiffSide b = TRY(diff_side_of(TRY(target::resolve(request.b))));
  const Pair sides{a, b};
  TRY(check_sections(request, sides));
  DiffReport report{a.expression, b.expression, {}};
  for (const DiffReader& reader : diff_readers()) {
    if (is_section_wanted(request, reader.section) && reader.applies(a) && reader.applies(b)) {
      report.sections.push_back(compare_section(reader, sides));
    }
  }
  return report;
}

bool is_known_to_differ(const Difference& difference) {
  return !difference.error;
}

}  // namespace

DiffOutcome outcome_of(const DiffReport& report) {
  auto outcome = DiffOutcome::same;
  for (const DiffSection& section : report.sections) {
    const auto& all = section.differences;
    if (std::any_of(all.begin(), all.end(), &is_known_to_differ)) {
      return DiffOutcome::differs;
    }
    if (section.error || !all.empty()) {
      outcome = DiffOutcome::unknown;
    }
  }
  return outcome;
}

std::vector<std::string_view> diff_section_names() {
  std::vector<std::string_view> names;
  for (const DiffReader& reader : diff_readers()) {
    names.push_back(reader.section);
  }
  return names;
}

Result<DiffReport> diff(const DiffRequest& request) {
  auto report = run(request);
  if (!report) {
    return fail(with_known_cure(std::move(report).error())
                    .during(fmt::format("cannot compare {} with {}",
                                        escape_for_terminal(request.a),
                                        escape_for_terminal(request.b))));
  }
  return report;
}

}  // namespace nsplay::ops
