#pragma once

// nsplay list as people read it, and as scripts without a JSON parser do.

#include <cstddef>
#include <optional>
#include <string>

#include "nsplay/ops/list.h"
#include "nsplay/render/list_columns.h"

namespace nsplay::render {

enum class Heading { yes, no };

enum class ListForm {
  aligned,
  raw,  ///< one blank between cells; within them it, and what is not printable ASCII, is \xHH
};

struct ListFormat {
  ListForm form = ListForm::aligned;
  Heading heading = Heading::yes;
  std::optional<std::size_t> width;  ///< to which aligned lines are cut; empty: they are whole
};

/// A line per namespace. Text of processes is escaped; what is not known is an empty cell.
std::string list_text(const ops::ListReport& report,
                      const ListColumns& columns,
                      const ListFormat& format);

/// A line per process of each of the namespaces; the columns are some of columns_of_processes.
std::string processes_text(const ops::ProcessesReport& report,
                           const ListColumns& columns,
                           const ListFormat& format);

/// A line per column: its name and what it shows.
std::string list_columns_text();

}  // namespace nsplay::render
