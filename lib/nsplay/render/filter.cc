#include "nsplay/render/filter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/try.h"
#include "nsplay/render/filter_node.h"
#include "nsplay/render/filter_token.h"

namespace nsplay::render {
namespace {

using Columns = std::vector<std::string_view>;
using Kind = FilterTokenKind;
using Operation = FilterOperation;

constexpr std::size_t longest_filter = 10000;
constexpr std::size_t deepest_filter = 100;

/// What people write who know another language.
constexpr struct {
  std::string_view text;
  std::string_view cure;
} mistaken_symbols[] = {
    {"=", "equal is written =="},
    {"&", "and is written &&"},
    {"|", "or is written ||"},
};

FilterNode node_of(Operation operation, std::vector<FilterNode> operands) {
  FilterNode node;
  node.operation = operation;
  node.operands = std::move(operands);
  return node;
}

bool is_comparison(const FilterToken& token) {
  const bool none = token.operation == Operation::negation || token.operation == Operation::all ||
                    token.operation == Operation::any;
  return token.kind == Kind::operation && !none;
}

bool is_operation(const FilterToken& token, Operation operation) {
  return token.kind == Kind::operation && token.operation == operation;
}

/// The column whose name is closest to `name`; empty when none is close.
std::string_view closest_column(std::string_view name, const Columns& columns) {
  std::vector<std::string> folded;
  std::transform(columns.begin(), columns.end(), std::back_inserter(folded), fold_case);
  const Columns candidates(folded.begin(), folded.end());
  const auto meant = closest(fold_case(name), candidates);
  const auto found = std::find(candidates.begin(), candidates.end(), meant);
  return found == candidates.end() ? std::string_view()
                                   : columns[static_cast<std::size_t>(found - candidates.begin())];
}

/// Reads an expression by descent: `||`, `&&`, comparisons, operands. Only operands lead deeper
/// into the stack, and those levels are counted.
class FilterParser {
 public:
  FilterParser(std::string_view text, const Columns& columns) : text_(text), columns_(columns) {}

  /// Nothing: there are only blanks.
  Result<std::shared_ptr<const FilterNode>> parse() {
    TRY(advance());
    if (token_.kind == Kind::end) {
      return nullptr;
    }
    auto root = TRY(parse_junction(Operation::any));
    if (token_.kind != Kind::end) {
      return fail(unexpected("an operator or the end"));
    }
    return std::make_shared<const FilterNode>(std::move(root));
  }

  [[nodiscard]] std::vector<std::size_t> used_columns() && { return std::move(used_columns_); }

 private:
  Result<> advance() {
    token_ = TRY(next_filter_token(text_, token_.offset + token_.text.size()));
    return {};
  }

  /// `operation`: any, whose parts are joined by `&&`, or all, whose parts are comparisons.
  Result<FilterNode> parse_junction(Operation operation) {
    std::vector<FilterNode> parts;
    for (;;) {
      parts.push_back(operation == Operation::any ? TRY(parse_junction(Operation::all))
                                                  : TRY(parse_comparison()));
      if (!is_operation(token_, operation)) {
        break;
      }
      TRY(advance());
    }
    return parts.size() == 1 ? std::move(parts.front()) : node_of(operation, std::move(parts));
  }

  Result<FilterNode> parse_comparison() {
    const bool is_negated = is_operation(token_, Operation::negation);
    auto left = TRY(parse_operand());
    if (!is_comparison(token_)) {
      return left;
    }
    if (is_negated) {
      return fail(ambiguous("what is compared after '!' or 'not' needs parentheses"));
    }
    const Operation operation = token_.operation;
    TRY(advance());
    auto node = node_of(operation, {});
    node.operands.push_back(std::move(left));
    if (operation == Operation::match || operation == Operation::mismatch) {
      node.pattern = TRY(parse_pattern());
    } else {
      node.operands.push_back(TRY(parse_operand()));
    }
    if (is_comparison(token_)) {
      return fail(ambiguous("a comparison has two sides: connect two of them with &&"));
    }
    return node;
  }

  Result<Pattern> parse_pattern() {
    const auto* text = std::get_if<std::string>(&token_.literal);
    if (token_.kind != Kind::literal || text == nullptr) {
      return fail(unexpected("a regular expression in quotes"));
    }
    auto pattern = Pattern::compile(*text);
    if (!pattern) {
      return fail(here(std::move(pattern).error()));
    }
    TRY(advance());
    return pattern;
  }

  Result<FilterNode> parse_operand() {
    const FilterToken token = token_;
    if (is_operation(token, Operation::negation)) {
      return parse_deeper(Kind::operation);
    }
    if (token.kind == Kind::open) {
      return parse_deeper(Kind::open);
    }
    FilterNode node;
    if (token.kind == Kind::literal) {
      node.literal = token.literal;
    } else if (token.kind == Kind::name) {
      node.operation = Operation::column;
      node.column = TRY(use_column(token.text));
    } else {
      return fail(unexpected("a column, a string, a number or '('"));
    }
    TRY(advance());
    return node;
  }

  Result<FilterNode> parse_deeper(Kind opening) {
    if (depth_ == deepest_filter) {
      return fail(here(Error::usage(fmt::format("more than {} levels", deepest_filter),
                                    "each '(' and each '!' is a level")));
    }
    TRY(advance());
    ++depth_;
    auto node = opening == Kind::open ? TRY(parse_group()) : TRY(parse_negation());
    --depth_;
    return node;
  }

  Result<FilterNode> parse_group() {
    auto node = TRY(parse_junction(Operation::any));
    if (token_.kind != Kind::close) {
      return fail(unexpected("an operator or ')'"));
    }
    TRY(advance());
    return node;
  }

  Result<FilterNode> parse_negation() {
    auto node = node_of(Operation::negation, {});
    node.operands.push_back(TRY(parse_operand()));
    return node;
  }

  Result<std::size_t> use_column(std::string_view name) {
    const auto column =
        std::find_if(columns_.begin(), columns_.end(), [&](std::string_view candidate) {
          return fold_case(candidate) == fold_case(name);
        });
    if (column == columns_.end()) {
      return fail(no_column(name));
    }
    const auto index = static_cast<std::size_t>(column - columns_.begin());
    if (std::find(used_columns_.begin(), used_columns_.end(), index) == used_columns_.end()) {
      used_columns_.push_back(index);
    }
    return index;
  }

  [[nodiscard]] Error no_column(std::string_view name) const {
    const auto meant = closest_column(name, columns_);
    auto hint = meant.empty() ? fmt::format("strings need quotes; the columns are {}",
                                            fmt::join(columns_, ", "))
                              : fmt::format("did you mean '{}'? Strings need quotes", meant);
    return here(
        Error::usage(fmt::format("{} is not a column", quote_briefly(name)), std::move(hint)));
  }

  [[nodiscard]] Error unexpected(std::string_view expected) const {
    const auto found = token_.kind == Kind::end ? "the end" : quote_briefly(token_.text);
    const auto* mistaken =
        std::find_if(std::begin(mistaken_symbols), std::end(mistaken_symbols), [&](auto& row) {
          return token_.kind == Kind::unknown && row.text == token_.text;
        });
    const auto cure = mistaken == std::end(mistaken_symbols) ? std::string_view() : mistaken->cure;
    return here(
        Error::usage(fmt::format("found {}, expected {}", found, expected), std::string(cure)));
  }

  /// libsmartcols would take it, and hardly as it was meant.
  [[nodiscard]] Error ambiguous(std::string_view cure) const {
    return unexpected("&&, || or the end").with_hint(std::string(cure));
  }

  [[nodiscard]] Error here(Error error) const {
    return at_filter_offset(text_, token_.offset, std::move(error));
  }

  std::string_view text_;
  const Columns& columns_;
  FilterToken token_;
  std::size_t depth_ = 0;
  std::vector<std::size_t> used_columns_;
};

}  // namespace

Result<Filter> Filter::parse(std::string_view text, const std::vector<std::string_view>& columns) {
  if (text.size() > longest_filter) {
    return fail(Error::usage(fmt::format("a filter of {} bytes", text.size()),
                             fmt::format("it may have {}", longest_filter)));
  }
  FilterParser parser(text, columns);
  Filter filter;
  filter.root_ = TRY(parser.parse());
  filter.used_columns_ = std::move(parser).used_columns();
  return filter;
}

const std::vector<std::size_t>& Filter::used_columns() const noexcept {
  return used_columns_;
}

bool Filter::accepts(const std::function<CellValue(std::size_t)>& value_of) const {
  return root_ == nullptr || holds(*root_, value_of);
}

}  // namespace nsplay::render
