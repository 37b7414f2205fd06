#include "nsplay/render/holders_view.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/ns/handle.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

using ns::Holder;
using ns::HolderType;
using ops::NamespaceHolder;

/// Which is there when one of the holders is in a container.
constexpr std::ptrdiff_t container_column = 3;

std::string name_of_ref(const std::optional<ns::NamespaceRef>& ref) {
  return ref ? ns::format_namespace(ref->kind, ref->inode) : "";
}

/// "4711", or "4711/4712" of a thread.
std::string name_of_task(const Holder& holder) {
  return holder.tid == holder.pid ? fmt::format("{}", holder.pid)
                                  : fmt::format("{}/{}", holder.pid, holder.tid);
}

std::string name_of_mount(const NamespaceHolder& held) {
  const std::string path = escape_for_terminal(held.holder.path);
  return held.relative ? fmt::format("mount {} in {}", path, name_of_ref(held.relative))
                       : fmt::format("mount {}", path);
}

std::string name_of_holder(const NamespaceHolder& held, ns::Kind kind) {
  const Holder& holder = held.holder;
  switch (holder.type) {
    case HolderType::process:
    case HolderType::thread:
      return name_of_task(holder);
    case HolderType::zombie:
      return fmt::format("{} (zombie)", holder.pid);
    case HolderType::pending:
      return fmt::format("{} {}_for_children", name_of_task(holder), ns::name_of(kind));
    case HolderType::descriptor:
    case HolderType::socket:
      return fmt::format("{}:{}", holder.pid, holder.descriptor);
    case HolderType::mount:
      return name_of_mount(held);
    case HolderType::child:
      return fmt::format("child {}", name_of_ref(held.relative));
    case HolderType::owned:
      return fmt::format("owns {}", name_of_ref(held.relative));
  }
  return {};
}

/// What is said where no holder is to be seen.
std::string_view said_of(ops::Survival survival) {
  switch (survival) {
    case ops::Survival::held:
      return "";
    case ops::Survival::hidden:
      return "alive, holder not visible";
    case ops::Survival::gone:
      return "nothing holds it any more";
    case ops::Survival::unknown:
      return "no holder is visible; whether there is one cannot be told";
  }
  return {};
}

Row row_of_holder(const NamespaceHolder& held, ns::Kind kind) {
  Row row = {name_of_holder(held, kind), "", held.release, "", ""};
  if (const auto& process = held.process) {
    const std::string uid = process->uid ? std::to_string(*process->uid) : "";
    row[1] = escape_for_terminal(process->user.value_or(uid));
    row[3] = process->container ? escape_for_terminal(target::target_of(*process->container)) : "";
    row[4] = escape_for_terminal(process->command.value_or(""));
  }
  return row;
}

std::vector<Row> rows_of(const ops::HeldNamespace& held) {
  std::vector<Row> rows;
  for (const NamespaceHolder& holder : held.holders) {
    rows.push_back(row_of_holder(holder, held.ref.kind));
  }
  if (rows.empty()) {
    rows.push_back({std::string(said_of(held.survival)), "", "", "", ""});
  }
  return rows;
}

bool any_is_in_a_container(const ops::HoldersReport& report) {
  return std::any_of(
      report.namespaces.begin(), report.namespaces.end(), [](const ops::HeldNamespace& held) {
        return std::any_of(
            held.holders.begin(), held.holders.end(), [](const NamespaceHolder& holder) {
              return holder.process && holder.process->container;
            });
      });
}

/// A first column that says of which namespace each row is.
void add_namespaces(const ops::HoldersReport& report, Heading heading, std::vector<Row>& rows) {
  auto row = rows.begin();
  if (heading == Heading::yes) {
    row->insert(row->begin(), "NAMESPACE");
    ++row;
  }
  for (const ops::HeldNamespace& held : report.namespaces) {
    for (std::size_t i = std::max<std::size_t>(held.holders.size(), 1); i > 0; --i, ++row) {
      row->insert(row->begin(), name_of_ref(held.ref));
    }
  }
}

}  // namespace

std::string holders_text(const ops::HoldersReport& report, const HoldersFormat& format) {
  TableForm form;
  constexpr TableColumn cut = {Align::left, Cut::yes};
  form.columns = {cut, {}, cut, cut, cut};
  form.width = format.width;
  std::vector<Row> rows;
  if (format.heading == Heading::yes) {
    rows.push_back({"HOLDER", "USER", "NEXT-STEP", "CONTAINER", "COMMAND"});
  }
  for (const ops::HeldNamespace& held : report.namespaces) {
    std::vector<Row> more = rows_of(held);
    std::move(more.begin(), more.end(), std::back_inserter(rows));
  }
  if (!any_is_in_a_container(report)) {
    for (Row& row : rows) {
      row.erase(row.begin() + container_column);
    }
  }
  if (report.namespaces.size() > 1) {
    add_namespaces(report, format.heading, rows);
    form.columns.insert(form.columns.begin(), TableColumn{});
  }
  return table(rows, form);
}

}  // namespace nsplay::render
