#include "nsplay/render/list_columns.h"

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "nsplay/base/suggest.h"
#include "nsplay/base/text.h"

namespace nsplay::render {
namespace {

using ops::ListedNamespace;
using ops::ListedProcess;

CellValue cell_of(std::signed_integral auto number) {
  return std::int64_t{number};
}

CellValue cell_of(std::unsigned_integral auto number) {
  return std::uint64_t{number};
}

CellValue cell_of(const std::string& text) {
  return text;
}

template <typename Value>
CellValue cell_of(const std::optional<Value>& value) {
  return value ? cell_of(*value) : CellValue{};
}

CellValue inode_cell(const std::optional<ns::NamespaceRef>& ref) {
  return ref ? cell_of(ref->inode) : CellValue{};
}

/// One of the members of the process, if there is a process.
template <auto member>
CellValue process_cell(const ListedNamespace& listed) {
  return listed.process ? cell_of((*listed.process).*member) : CellValue{};
}

/// "4711", or "4711/4712" of a thread.
CellValue pid_cell(const ListedNamespace& listed) {
  const auto& process = listed.process;
  return process && process->thread ? cell_of(fmt::format("{}/{}", process->pid, *process->thread))
                                    : process_cell<&ListedProcess::pid>(listed);
}

CellValue user_cell(const ListedNamespace& listed) {
  const CellValue name = process_cell<&ListedProcess::user>(listed);
  const bool has_number = listed.process && listed.process->uid;
  return std::holds_alternative<std::monostate>(name) && has_number
             ? cell_of(std::to_string(*listed.process->uid))
             : name;
}

CellValue path_cell(const ListedNamespace& listed) {
  return cell_of(ops::path_of(listed));
}

CellValue joined_cell(const std::vector<std::string>& words) {
  return words.empty() ? CellValue{} : cell_of(fmt::format("{}", fmt::join(words, ",")));
}

CellValue network_id_cell(const ListedNamespace& listed) {
  if (!listed.network_id) {
    return {};
  }
  const auto& number = listed.network_id->number;
  return number ? cell_of(*number) : cell_of(std::string("unassigned"));
}

CellValue own_mounts_cell(const ListedNamespace& listed) {
  return joined_cell(listed.mounts);
}

CellValue mounts_cell(const ListedNamespace& listed) {
  std::vector<std::string> words = listed.mounts;
  for (const auto& [path, where] : listed.mounts_elsewhere) {
    words.push_back(fmt::format("{} in {}", path, ns::format_namespace(where.kind, where.inode)));
  }
  return joined_cell(words);
}

// clang-format off
constexpr ListColumn all_list_columns[] = {
    {"NS", "inode number of the namespace", CellType::number, Detail::none, RowKind::processes_too,
     [](const ListedNamespace& listed) { return cell_of(listed.ref.inode); }},
    {"TYPE", "kind of the namespace", CellType::text, Detail::none, RowKind::processes_too,
     [](const ListedNamespace& listed) { return cell_of(std::string(ns::name_of(listed.ref.kind))); }},
    {"PATH", "file of PID that is the namespace", CellType::text, Detail::process, RowKind::processes_too, &path_cell},
    {"NPROCS", "number of processes in it", CellType::number, Detail::none, RowKind::processes_too,
     [](const ListedNamespace& listed) { return cell_of(listed.processes); }},
    {"PID", "lowest pid in it", CellType::number, Detail::process, RowKind::processes_too, &pid_cell},
    {"PPID", "pid of the parent of PID", CellType::number, Detail::process, RowKind::processes_too,
     &process_cell<&ListedProcess::parent>},
    {"COMMAND", "command line of PID", CellType::text, Detail::process, RowKind::processes_too,
     &process_cell<&ListedProcess::command>},
    {"UID", "uid of PID", CellType::number, Detail::process, RowKind::processes_too, &process_cell<&ListedProcess::uid>},
    {"USER", "user name of PID, or the uid", CellType::text, Detail::process, RowKind::processes_too, &user_cell},
    {"NETNSID", "number that the caller's net namespace has given it", CellType::number, Detail::network_ids, RowKind::namespaces,
     &network_id_cell},
    {"NSFS", "files on which it is mounted", CellType::text, Detail::none, RowKind::namespaces, &own_mounts_cell},
    {"PNS", "inode number of the parent", CellType::number, Detail::relations, RowKind::namespaces,
     [](const ListedNamespace& listed) { return inode_cell(listed.parent); }},
    {"ONS", "inode number of the owner", CellType::number, Detail::relations, RowKind::namespaces,
     [](const ListedNamespace& listed) { return inode_cell(listed.owner); }},
    {"ID", "64-bit id, never used again within a boot", CellType::number, Detail::none, RowKind::processes_too,
     [](const ListedNamespace& listed) { return cell_of(listed.ref.id); }},
    {"THREADS", "number of threads in it without their process", CellType::number, Detail::none, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.threads); }},
    {"PENDING", "number of processes whose next child will be in it", CellType::number, Detail::none, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.pending); }},
    {"FDS", "number of descriptors open on it", CellType::number, Detail::all_sources, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.descriptors); }},
    {"SOCKETS", "number of sockets of it in processes that are elsewhere", CellType::number, Detail::all_sources, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.sockets); }},
    {"MOUNTS", "files on which it is mounted, elsewhere too", CellType::text, Detail::none, RowKind::namespaces, &mounts_cell},
    {"OWNER-UID", "uid of who made the owner", CellType::number, Detail::relations, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.owner_uid); }},
    {"NAME", "play, container or netns that it belongs to, as a TARGET", CellType::text, Detail::names, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.name); }},
    {"CREATOR", "user who made it, where that is known", CellType::text, Detail::names, RowKind::namespaces,
     [](const ListedNamespace& listed) { return cell_of(listed.creator); }},
};
// clang-format on

std::string in_capitals(std::string_view name) {
  std::string capitals(name);
  std::transform(capitals.begin(), capitals.end(), capitals.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return capitals;
}

const ListColumn* find_column(std::string_view name) {
  const auto* found = std::find_if(std::begin(all_list_columns),
                                   std::end(all_list_columns),
                                   [&](const ListColumn& column) { return column.name == name; });
  return found == std::end(all_list_columns) ? nullptr : found;
}

ListColumns default_list(std::initializer_list<std::string_view> names) {
  ListColumns columns;
  std::transform(names.begin(), names.end(), std::back_inserter(columns), [](auto name) {
    return *find_column(name);
  });
  return columns;
}

bool any_needs(const ListColumns& columns, Detail detail) {
  return std::any_of(columns.begin(), columns.end(), [&](const ListColumn& column) {
    return column.needs == detail;
  });
}

}  // namespace

std::span<const ListColumn> list_columns() {
  return all_list_columns;
}

ListColumns columns_of_processes() {
  ListColumns columns;
  std::copy_if(std::begin(all_list_columns),
               std::end(all_list_columns),
               std::back_inserter(columns),
               [](const ListColumn& column) { return column.rows == RowKind::processes_too; });
  return columns;
}

Result<ListColumn> list_column_named(std::string_view name) {
  const std::string capitals = in_capitals(name);
  if (const ListColumn* column = find_column(capitals)) {
    return *column;
  }
  std::vector<std::string_view> names;
  std::transform(std::begin(all_list_columns),
                 std::end(all_list_columns),
                 std::back_inserter(names),
                 [](const ListColumn& column) { return column.name; });
  const std::string_view meant = closest(capitals, names);
  return fail(Error::usage(fmt::format("unknown column {}", quote(name)),
                           meant.empty() ? "'nsplay list --list-columns' shows those that there are"
                                         : fmt::format("did you mean '{}'?", meant)));
}

ListColumns default_columns(ns::KindSet kinds) {
  return kinds == ns::KindSet{ns::Kind::net}
             ? default_list(
                   {"NS", "TYPE", "NPROCS", "PID", "USER", "NETNSID", "NSFS", "NAME", "COMMAND"})
             : default_list({"NS", "TYPE", "NPROCS", "PID", "USER", "NAME", "COMMAND"});
}

ListColumns default_process_columns(std::size_t namespaces) {
  return namespaces > 1 ? default_list({"NS", "PID", "PPID", "USER", "COMMAND"})
                        : default_list({"PID", "PPID", "USER", "COMMAND"});
}

ops::ListDetails details_for(const ListColumns& columns) {
  return {any_needs(columns, Detail::process),
          any_needs(columns, Detail::relations),
          any_needs(columns, Detail::names),
          any_needs(columns, Detail::network_ids)};
}

ns::Sources sources_for(const ListColumns& columns) {
  return any_needs(columns, Detail::all_sources) ? ns::Sources::all : ns::Sources::quick;
}

}  // namespace nsplay::render
