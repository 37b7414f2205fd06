#pragma once

// nsplay diff: in what two processes differ, or two namespaces of one kind.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"

namespace nsplay::ops {

struct DiffRequest {
  std::string a;
  std::string b = "self";             ///< the caller
  std::vector<std::string> sections;  ///< empty: all
};

/// One thing as one side has it.
using DiffValue =
    std::variant<bool, std::int64_t, std::string, std::vector<std::string>, ns::NamespaceRef>;

/// Something in which the two sides differ, or that could not be read of one of them.
struct Difference {
  std::string path;            ///< within its section, such as "nodename"
  std::optional<DiffValue> a;  ///< empty: it has none, or it could not be read
  std::optional<DiffValue> b;
  std::optional<Error> error;  ///< why it could not be read
};

struct DiffSection {
  std::string_view name;
  std::vector<Difference> differences;
  std::optional<Error> error;  ///< why nothing of it could be read
};

struct DiffReport {
  std::string a;  ///< as the user called it
  std::string b;
  std::vector<DiffSection> sections;  ///< those that were compared
};

/// What a comparison comes to.
enum class DiffOutcome { same, differs, unknown };

/// Unknown: nothing differs as far as it could be read.
DiffOutcome outcome_of(const DiffReport& report);

/// All sections, in their order.
std::vector<std::string_view> diff_section_names();

/// A namespace has fewer sections than a process, and two sides only what both have. Errors: those
/// of target::resolve; usage, there is no such section, the two have none in common, or are
/// namespaces of different kinds. What cannot be read is an error inside the report.
Result<DiffReport> diff(const DiffRequest& request);

}  // namespace nsplay::ops
