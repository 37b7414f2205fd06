#include "nsplay/render/tree_view.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

using ops::ListedProcess;
using ops::TreeNode;

/// Of a longer row of siblings that are alike one less than this is shown.
constexpr std::size_t longest_row = 8;

/// Of what a namespace or process belongs to; it is there when something belongs to anything.
constexpr std::ptrdiff_t name_column = 4;

/// What is drawn for one level is this wide.
constexpr std::size_t level_width = 2;

struct Strokes {
  std::string_view branch;
  std::string_view last_branch;
  std::string_view passing;
  std::string_view ellipsis;
};

constexpr std::array<Strokes, 2> strokes_of_charsets = {{
    {"|-", "`-", "| ", "..."},
    {"\u251c\u2500", "\u2514\u2500", "\u2502 ", "\u2026"},
}};

/// What a line of the tree is about; one of the three.
struct Item {
  const TreeNode* node = nullptr;
  const ListedProcess* process = nullptr;
  std::size_t more = 0;  ///< siblings that are not shown
};

struct Line {
  Item item;
  std::size_t level = 0;  ///< 0: a root
  bool is_last = false;   ///< of its siblings
};

bool are_alike(const Item& one, const Item& other) {
  const bool is_node = one.node != nullptr && other.node != nullptr;
  return is_node ? one.node->listed.ref.kind == other.node->listed.ref.kind
                 : one.node == other.node;
}

std::vector<Item> folded(const std::vector<Item>& items) {
  std::vector<Item> shown;
  for (auto begin = items.begin(); begin != items.end();) {
    const auto end = std::find_if_not(
        begin, items.end(), [&](const Item& item) { return are_alike(*begin, item); });
    const auto alike = static_cast<std::size_t>(end - begin);
    const std::size_t hidden = alike > longest_row ? alike - (longest_row - 1) : 0;
    shown.insert(shown.end(), begin, end - static_cast<std::ptrdiff_t>(hidden));
    if (hidden > 0) {
      shown.push_back({nullptr, nullptr, hidden});
    }
    begin = end;
  }
  return shown;
}

std::vector<Item> items_of(const ops::TreeReport& report, const std::vector<std::size_t>& nodes) {
  std::vector<Item> items;
  std::transform(nodes.begin(), nodes.end(), std::back_inserter(items), [&](std::size_t node) {
    return Item{&report.nodes[node], nullptr, 0};
  });
  return items;
}

/// The processes in it, then the namespaces.
std::vector<Item> items_below(const ops::TreeReport& report, const Item& item) {
  if (item.node == nullptr) {
    return {};
  }
  std::vector<Item> items;
  if (item.node->members) {
    std::transform(item.node->members->begin(),
                   item.node->members->end(),
                   std::back_inserter(items),
                   [](const ListedProcess& process) {
                     return Item{nullptr, &process, 0};
                   });
  }
  const std::vector<Item> nodes = items_of(report, item.node->children);
  items.insert(items.end(), nodes.begin(), nodes.end());
  return items;
}

/// From the top to the bottom, without recursion.
std::vector<Line> lines_of(const ops::TreeReport& report, Fold fold) {
  std::vector<Line> stack;
  const auto push = [&](std::vector<Item> items, std::size_t level) {
    if (fold == Fold::yes) {
      items = folded(items);
    }
    for (std::size_t i = items.size(); i > 0; --i) {
      stack.push_back({items[i - 1], level, i == items.size()});
    }
  };
  push(items_of(report, report.roots), 0);
  std::vector<Line> lines;
  while (!stack.empty()) {
    const Line line = stack.back();
    stack.pop_back();
    lines.push_back(line);
    push(items_below(report, line.item), line.level + 1);
  }
  return lines;
}

/// Draws what stands before the name of each line, from the first line to the last.
class Pen {
 public:
  explicit Pen(const TreeFormat& format)
      : strokes_(&strokes_of_charsets.at(format.charset == Charset::utf8 ? 1 : 0)) {
    if (format.width) {
      // The rest is for the name, and for what is told about it.
      most_levels_ = std::max<std::size_t>(*format.width / 5 / level_width, 4);
    }
  }

  std::string draw(const Line& line) {
    if (line.level == 0) {
      return {};
    }
    passing_.resize(line.level - 1);
    std::string text;
    std::size_t first = 0;
    if (line.level > most_levels_) {
      first = line.level - most_levels_ + 1;
      text = fmt::format("{}{:<3}", strokes_->ellipsis, line.level + 1);
    }
    for (std::size_t i = first; i < passing_.size(); ++i) {
      text += passing_[i] ? strokes_->passing : std::string_view("  ");
    }
    passing_.push_back(!line.is_last);
    return text.append(line.is_last ? strokes_->last_branch : strokes_->branch);
  }

  [[nodiscard]] std::string_view ellipsis() const { return strokes_->ellipsis; }

 private:
  const Strokes* strokes_;
  std::size_t most_levels_ = std::numeric_limits<std::size_t>::max();
  std::vector<bool> passing_;  ///< for each level above: whether more of it follows
};

std::string user_of(const ListedProcess& process) {
  const std::string uid = process.uid ? std::to_string(*process.uid) : std::string();
  return process.user ? escape_for_terminal(*process.user) : uid;
}

std::string command_of(const ListedProcess& process) {
  return escape_for_terminal(process.command.value_or(""));
}

/// As inspect shows an owner, with the uid that made it.
std::string name_of(const ops::ListedNamespace& listed) {
  const std::string name = ns::format_namespace(listed.ref.kind, listed.ref.inode);
  const bool is_user = listed.ref.kind == ns::Kind::user;
  return is_user && listed.owner_uid ? fmt::format("{} uid {}", name, *listed.owner_uid) : name;
}

void add_process(Row& row, const ListedProcess& process, const std::string& name) {
  row.push_back(std::to_string(process.pid));
  row.push_back(user_of(process));
  row.push_back(escape_for_terminal(name));
  row.push_back(command_of(process));
}

Row cells_of(const Item& item, const std::string& drawn, std::string_view ellipsis) {
  if (item.process != nullptr) {
    Row row = {drawn + "process", ""};
    const auto& container = item.process->container;
    add_process(row, *item.process, container ? target::target_of(*container) : "");
    return row;
  }
  if (item.node == nullptr) {
    return {fmt::format("{}{} {} more", drawn, ellipsis, item.more)};
  }
  const ops::ListedNamespace& listed = item.node->listed;
  Row row = {drawn + name_of(listed), std::to_string(listed.processes)};
  const std::string called = listed.name.value_or("");
  if (listed.process) {
    add_process(row, *listed.process, called);
  } else {
    row.insert(row.end(), {"", "", escape_for_terminal(called)});
  }
  return row;
}

bool has_name(const Row& row) {
  return std::ssize(row) > name_column && !row.at(name_column).empty();
}

void leave_out_names(std::vector<Row>& rows, TableForm& form) {
  for (Row& row : rows) {
    if (std::ssize(row) > name_column) {
      row.erase(row.begin() + name_column);
    }
  }
  form.columns.erase(form.columns.begin() + name_column);
}

/// A terminal may be narrower than what the table cannot do without.
std::string cut_lines(const std::string& text, std::size_t width, std::string_view ellipsis) {
  std::string out;
  for (const std::string_view line :
       split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
    out += cut_to(line, width, ellipsis) + "\n";
  }
  return out;
}

}  // namespace

std::string tree_text(const ops::TreeReport& report, const TreeFormat& format) {
  Pen pen(format);
  std::vector<Row> rows = {{"NAMESPACE", "NPROCS", "PID", "USER", "NAME", "COMMAND"}};
  for (const Line& line : lines_of(report, format.fold)) {
    rows.push_back(cells_of(line.item, pen.draw(line), pen.ellipsis()));
  }
  TableForm form;
  form.columns = {{Align::left, Cut::no},
                  {Align::right, Cut::no},
                  {Align::right, Cut::no},
                  {Align::left, Cut::yes},
                  {Align::left, Cut::yes},
                  {Align::left, Cut::yes}};
  form.width = format.width;
  form.ellipsis = pen.ellipsis();
  if (std::none_of(rows.begin() + 1, rows.end(), &has_name)) {
    leave_out_names(rows, form);
  }
  const std::string text = table(rows, form);
  return format.width ? cut_lines(text, *format.width, pen.ellipsis()) : text;
}

}  // namespace nsplay::render
