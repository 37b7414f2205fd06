#pragma once

// The columns of nsplay list in one table: what they are called, what they show, what that takes.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/list.h"
#include "nsplay/render/cell.h"

namespace nsplay::render {

enum class CellType {
  number,  ///< stands at the right of its column
  text,
};

/// Which of ops::ListDetails has to be looked up, or that ops::ListRequest has to ask all sources.
enum class Detail { none, process, relations, names, network_ids, all_sources };

/// Whether a row for a process can have the column too, not only one for a namespace.
enum class RowKind { namespaces, processes_too };

struct ListColumn {
  std::string_view name;
  std::string_view help;
  CellType type = CellType::text;
  Detail needs = Detail::none;
  RowKind rows = RowKind::namespaces;
  CellValue (*value)(const ops::ListedNamespace& listed) = nullptr;
};

using ListColumns = std::vector<ListColumn>;

/// All of them.
std::span<const ListColumn> list_columns();

/// Those that processes have.
ListColumns columns_of_processes();

/// Letters of either case. Usage error: there is none of this name, with the one that was meant.
Result<ListColumn> list_column_named(std::string_view name);

/// What is shown when nobody chooses: lsns(8)'s columns, with NETNSID and NSFS when only network
/// namespaces are asked for.
ListColumns default_columns(ns::KindSet kinds);

/// The same for the processes of so many namespaces.
ListColumns default_process_columns(std::size_t namespaces);

/// What has to be looked up for these.
ops::ListDetails details_for(const ListColumns& columns);
ns::Sources sources_for(const ListColumns& columns);

}  // namespace nsplay::render
