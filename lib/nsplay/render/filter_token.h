#pragma once

// The words that a filter expression is made of.

#include <cstddef>
#include <string>
#include <string_view>

#include "nsplay/base/result.h"
#include "nsplay/render/filter_node.h"

namespace nsplay::render {

enum class FilterTokenKind {
  end,
  open,
  close,
  operation,
  literal,
  name,
  unknown,  ///< a character that no word begins with
};

struct FilterToken {
  FilterTokenKind kind = FilterTokenKind::end;
  std::string_view text;   ///< as it is written
  std::size_t offset = 0;  ///< in bytes
  FilterOperation operation = FilterOperation::literal;
  FilterValue literal;
};

/// The first token at `offset` or behind it. Usage error: a string without end, a number that is
/// none or does not fit.
Result<FilterToken> next_filter_token(std::string_view text, std::size_t offset);

/// `error` with the character of `text`, counted from 1, at which it is.
Error at_filter_offset(std::string_view text, std::size_t offset, Error error);

/// `text` in single quotes, its end left out when it is long.
std::string quote_briefly(std::string_view text);

/// In lower case, as far as it is ASCII.
std::string fold_case(std::string_view text);

}  // namespace nsplay::render
