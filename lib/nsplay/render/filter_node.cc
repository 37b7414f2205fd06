#include "nsplay/render/filter_node.h"

#include <algorithm>
#include <charconv>
#include <compare>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"

namespace nsplay::render {
namespace {

using ValueOf = std::function<CellValue(std::size_t)>;

/// As what two values are compared.
enum class Comparand { nothing, boolean, number, text };

Comparand comparand_of(const FilterValue& value) {
  struct {
    Comparand operator()(std::monostate) const { return Comparand::nothing; }
    Comparand operator()(bool) const { return Comparand::boolean; }
    Comparand operator()(std::int64_t) const { return Comparand::number; }
    Comparand operator()(std::uint64_t) const { return Comparand::number; }
    Comparand operator()(long double) const { return Comparand::number; }
    Comparand operator()(const std::string&) const { return Comparand::text; }
  } visitor;
  return std::visit(visitor, value);
}

bool is_true(const FilterValue& value) {
  struct {
    bool operator()(std::monostate) const { return false; }
    bool operator()(bool truth) const { return truth; }
    bool operator()(std::int64_t number) const { return number != 0; }
    bool operator()(std::uint64_t number) const { return number != 0; }
    bool operator()(long double number) const { return number < 0 || number > 0; }
    bool operator()(const std::string& text) const { return !text.empty(); }
  } visitor;
  return std::visit(visitor, value);
}

/// A text that is compared with true or false has to say so: not every text is true here.
bool as_boolean(const FilterValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? is_true(value) : *text == "1" || *text == "true" || *text == "TRUE";
}

std::optional<FilterNumber> as_number(const FilterValue& value) {
  struct {
    std::optional<FilterNumber> operator()(std::monostate) const { return std::nullopt; }
    std::optional<FilterNumber> operator()(bool truth) const {
      return std::uint64_t{truth ? 1U : 0U};
    }
    std::optional<FilterNumber> operator()(std::int64_t number) const { return number; }
    std::optional<FilterNumber> operator()(std::uint64_t number) const { return number; }
    std::optional<FilterNumber> operator()(long double number) const { return number; }
    std::optional<FilterNumber> operator()(const std::string& text) const {
      return parse_filter_number(text);
    }
  } visitor;
  return std::visit(visitor, value);
}

std::optional<std::string> as_text(const FilterValue& value) {
  struct {
    std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
    std::optional<std::string> operator()(bool truth) const { return truth ? "true" : "false"; }
    std::optional<std::string> operator()(std::int64_t number) const {
      return fmt::format("{}", number);
    }
    std::optional<std::string> operator()(std::uint64_t number) const {
      return fmt::format("{}", number);
    }
    std::optional<std::string> operator()(long double number) const {
      return fmt::format("{}", number);
    }
    std::optional<std::string> operator()(const std::string& text) const { return text; }
  } visitor;
  return std::visit(visitor, value);
}

/// Exact between integers of either sign; long double holds every one of 64 bits on x86-64.
std::partial_ordering order_numbers(const FilterNumber& left, const FilterNumber& right) {
  const auto order = [](auto a, auto b) -> std::partial_ordering {
    if constexpr (std::is_integral_v<decltype(a)> && std::is_integral_v<decltype(b)>) {
      const auto not_less =
          std::cmp_equal(a, b) ? std::partial_ordering::equivalent : std::partial_ordering::greater;
      return std::cmp_less(a, b) ? std::partial_ordering::less : not_less;
    } else {
      return static_cast<long double>(a) <=> static_cast<long double>(b);
    }
  };
  return std::visit(order, left, right);
}

/// nullopt: there is nothing to compare, and no operator holds. What is no number is unordered with
/// every number, and only != holds. libsmartcols too has no text before every text.
std::optional<std::partial_ordering> order(Comparand comparand,
                                           const FilterValue& left,
                                           const FilterValue& right) {
  if (comparand == Comparand::text) {
    return as_text(left) <=> as_text(right);
  }
  if (comparand_of(left) == Comparand::nothing || comparand_of(right) == Comparand::nothing) {
    return std::nullopt;
  }
  if (comparand == Comparand::boolean) {
    return static_cast<int>(as_boolean(left)) <=> static_cast<int>(as_boolean(right));
  }
  const auto left_number = as_number(left);
  const auto right_number = as_number(right);
  return left_number && right_number ? order_numbers(*left_number, *right_number)
                                     : std::partial_ordering::unordered;
}

bool holds_for(FilterOperation operation, std::partial_ordering ordering) {
  switch (operation) {
    case FilterOperation::equal:
      return std::is_eq(ordering);
    case FilterOperation::less:
      return std::is_lt(ordering);
    case FilterOperation::less_or_equal:
      return std::is_lteq(ordering);
    case FilterOperation::greater:
      return std::is_gt(ordering);
    case FilterOperation::greater_or_equal:
      return std::is_gteq(ordering);
    default:
      return std::is_neq(ordering);
  }
}

FilterValue evaluate(const FilterNode& node, const ValueOf& value_of) {
  if (node.operation == FilterOperation::literal) {
    return node.literal;
  }
  if (node.operation == FilterOperation::column) {
    return std::visit([](auto&& cell) { return FilterValue(std::forward<decltype(cell)>(cell)); },
                      value_of(node.column));
  }
  return holds(node, value_of);
}

/// What is written in the expression decides what the column is taken as, not the other way round.
bool compares(const FilterNode& node, const ValueOf& value_of) {
  const FilterNode& left_node = node.operands[0];
  const FilterNode& right_node = node.operands[1];
  const FilterValue left = evaluate(left_node, value_of);
  const FilterValue right = evaluate(right_node, value_of);
  const bool right_decides =
      left_node.operation == FilterOperation::column &&
      (right_node.operation != FilterOperation::column || comparand_of(left) == Comparand::nothing);
  const auto ordering = order(comparand_of(right_decides ? right : left), left, right);
  return ordering && holds_for(node.operation, *ordering);
}

bool is_number(std::string_view digits) {
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<FilterNumber> parse_fraction(std::string_view text) {
  long double number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  return result.ec == std::errc() ? std::optional<FilterNumber>(number) : std::nullopt;
}

}  // namespace

std::optional<FilterNumber> parse_filter_number(std::string_view text) {
  const auto magnitude = text.substr(text.starts_with('-') ? 1 : 0);
  const auto point = magnitude.find('.');
  if (!is_number(magnitude.substr(0, point))) {
    return std::nullopt;
  }
  if (point != std::string_view::npos) {
    return is_number(magnitude.substr(point + 1)) ? parse_fraction(text) : std::nullopt;
  }
  if (const auto number = parse_number<std::int64_t>(text)) {
    return *number;
  }
  const auto number = parse_number<std::uint64_t>(text);
  return number ? std::optional<FilterNumber>(*number) : std::nullopt;
}

bool holds(const FilterNode& node, const ValueOf& value_of) {
  const auto part_holds = [&](const FilterNode& part) { return holds(part, value_of); };
  const auto& parts = node.operands;
  switch (node.operation) {
    case FilterOperation::column:
    case FilterOperation::literal:
      return is_true(evaluate(node, value_of));
    case FilterOperation::negation:
      return !part_holds(parts[0]);
    case FilterOperation::all:
      return std::all_of(parts.begin(), parts.end(), part_holds);
    case FilterOperation::any:
      return std::any_of(parts.begin(), parts.end(), part_holds);
    case FilterOperation::match:
    case FilterOperation::mismatch: {
      const auto text = as_text(evaluate(parts[0], value_of));
      const bool is_match = node.pattern->matches(text.value_or(std::string()));
      return is_match == (node.operation == FilterOperation::match);
    }
    default:
      return compares(node, value_of);
  }
}

}  // namespace nsplay::render
