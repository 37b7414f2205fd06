#include "nsplay/render/filter_token.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"

namespace nsplay::render {
namespace {

struct Spelling {
  std::string_view text;
  FilterTokenKind kind;
  FilterOperation operation;
};

constexpr auto operation_kind = FilterTokenKind::operation;

/// One that is the beginning of another comes after it.
constexpr Spelling symbols[] = {
    {"&&", operation_kind, FilterOperation::all},
    {"||", operation_kind, FilterOperation::any},
    {"==", operation_kind, FilterOperation::equal},
    {"!=", operation_kind, FilterOperation::unequal},
    {"=~", operation_kind, FilterOperation::match},
    {"!~", operation_kind, FilterOperation::mismatch},
    {"<=", operation_kind, FilterOperation::less_or_equal},
    {">=", operation_kind, FilterOperation::greater_or_equal},
    {"<", operation_kind, FilterOperation::less},
    {">", operation_kind, FilterOperation::greater},
    {"!", operation_kind, FilterOperation::negation},
    {"(", FilterTokenKind::open, FilterOperation::literal},
    {")", FilterTokenKind::close, FilterOperation::literal},
};

constexpr Spelling words[] = {
    {"and", operation_kind, FilterOperation::all},
    {"or", operation_kind, FilterOperation::any},
    {"not", operation_kind, FilterOperation::negation},
    {"eq", operation_kind, FilterOperation::equal},
    {"ne", operation_kind, FilterOperation::unequal},
    {"lt", operation_kind, FilterOperation::less},
    {"le", operation_kind, FilterOperation::less_or_equal},
    {"gt", operation_kind, FilterOperation::greater},
    {"ge", operation_kind, FilterOperation::greater_or_equal},
    {"true", FilterTokenKind::literal, FilterOperation::literal},
    {"false", FilterTokenKind::literal, FilterOperation::literal},
};

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%:/-";
constexpr std::string_view number_characters = name_characters.substr(0, 62);  // no punctuation

bool continues_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

std::string_view span_of(std::string_view text, std::string_view characters) {
  return text.substr(0, text.find_first_not_of(characters));
}

FilterToken read_word(std::string_view rest) {
  FilterToken token;
  token.kind = FilterTokenKind::name;
  token.text = span_of(rest, name_characters);
  const std::string folded = fold_case(token.text);
  const auto* word = std::find_if(
      std::begin(words), std::end(words), [&](const Spelling& row) { return row.text == folded; });
  if (word != std::end(words)) {
    token.kind = word->kind;
    token.operation = word->operation;
    token.literal = folded == "true";
  }
  return token;
}

/// There are no escapes: a string with one kind of quotes in it stands in the other kind.
Result<FilterToken> read_string(std::string_view rest) {
  const auto end = rest.find(rest.front(), 1);
  if (end == std::string_view::npos) {
    return fail(Error::usage(fmt::format("the string {} does not end", quote_briefly(rest)),
                             fmt::format("it ends with another {}", rest.front())));
  }
  FilterToken token;
  token.kind = FilterTokenKind::literal;
  token.text = rest.substr(0, end + 1);
  token.literal = std::string(rest.substr(1, end - 1));
  return token;
}

/// The exponent of 1024 that "K", "MiB" and the like stand for; 0: none does.
unsigned exponent_of(std::string_view suffix) {
  const auto unit = suffix.substr(0, 1);
  const bool is_suffix = suffix.size() == 1 || (suffix.size() == 3 && suffix.ends_with("iB"));
  const auto index = is_suffix ? std::string_view("KMGTPEZY").find(unit) : std::string_view::npos;
  return index == std::string_view::npos ? 0 : static_cast<unsigned>(index + 1);
}

/// "4MiB". Nothing: it is no such number, or does not fit.
std::optional<FilterNumber> parse_multiple(std::string_view text) {
  const auto factor = span_of(text, digits);
  const auto number = parse_number<std::uint64_t>(factor);
  const unsigned exponent = exponent_of(text.substr(factor.size()));
  if (!number || exponent == 0) {
    return std::nullopt;
  }
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  const unsigned shift = exponent * 10;
  const bool fits = shift < 64 ? *number <= most >> shift : *number == 0;
  return fits ? std::optional<FilterNumber>(*number << (shift % 64)) : std::nullopt;
}

/// Everything up to what can be in no number: "5abc" is a mistake, not 5 and abc.
std::string_view span_of_number(std::string_view rest) {
  const std::size_t sign = rest.starts_with('-') ? 1 : 0;
  const auto end = rest.find_first_not_of(number_characters, sign);
  if (end == std::string_view::npos || rest[end] != '.') {
    return rest.substr(0, end);
  }
  return rest.substr(0, rest.find_first_not_of(name_characters, end));
}

Error no_number(std::string_view text) {
  const auto magnitude = text.substr(text.starts_with('-') ? 1 : 0);
  const auto rest = magnitude.substr(span_of(magnitude, digits).size());
  const bool is_number = rest.find_first_not_of("0123456789.") == std::string_view::npos
                             ? std::count(rest.begin(), rest.end(), '.') == 0
                             : exponent_of(rest) != 0 && !text.starts_with('-');
  return is_number ? Error::usage(fmt::format("{} is out of range", quote_briefly(text)),
                                  "integers have 64 bits")
                   : Error::usage(fmt::format("{} is not a number", quote_briefly(text)),
                                  "numbers are like 42, -1, 0.5 or 4MiB; strings need quotes");
}

Result<FilterToken> read_number(std::string_view rest) {
  FilterToken token;
  token.kind = FilterTokenKind::literal;
  token.text = span_of_number(rest);
  const auto plain = parse_filter_number(token.text);
  const auto number = plain ? plain : parse_multiple(token.text);
  if (!number) {
    return fail(no_number(token.text));
  }
  token.literal = std::visit([](auto value) { return FilterValue(value); }, *number);
  return token;
}

FilterToken read_symbol(std::string_view rest) {
  FilterToken token;
  const auto* symbol = std::find_if(std::begin(symbols), std::end(symbols), [&](const auto& row) {
    return rest.starts_with(row.text);
  });
  if (symbol == std::end(symbols)) {
    const auto* end = std::find_if_not(rest.begin() + 1, rest.end(), continues_code_point);
    token.kind = FilterTokenKind::unknown;
    token.text = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    return token;
  }
  token.kind = symbol->kind;
  token.operation = symbol->operation;
  token.text = rest.substr(0, symbol->text.size());
  return token;
}

Result<FilterToken> read_token(std::string_view rest) {
  const char first = rest.front();
  const auto behind_sign = rest.substr(first == '-' ? 1 : 0);
  if (letters.find(first) != std::string_view::npos) {
    return read_word(rest);
  }
  if (first == '"' || first == '\'') {
    return read_string(rest);
  }
  return span_of(behind_sign, digits).empty() ? read_symbol(rest) : read_number(rest);
}

}  // namespace

Result<FilterToken> next_filter_token(std::string_view text, std::size_t offset) {
  offset = std::min(text.find_first_not_of(" \t\n", offset), text.size());
  FilterToken token;
  if (offset < text.size()) {
    auto read = read_token(text.substr(offset));
    if (!read) {
      return fail(at_filter_offset(text, offset, std::move(read).error()));
    }
    token = *std::move(read);
  }
  token.offset = offset;
  return token;
}

Error at_filter_offset(std::string_view text, std::size_t offset, Error error) {
  const auto before = text.substr(0, offset);
  const auto continued = std::count_if(before.begin(), before.end(), continues_code_point);
  const auto position = before.size() - static_cast<std::size_t>(continued) + 1;
  return std::move(error).during(fmt::format("the filter at position {}", position));
}

std::string quote_briefly(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (text.size() <= longest) {
    return quote(text);
  }
  std::size_t end = longest;
  while (end > 0 && continues_code_point(text[end])) {
    --end;
  }
  return fmt::format("{}…", quote(text.substr(0, end)));
}

std::string fold_case(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  });
  return folded;
}

}  // namespace nsplay::render
