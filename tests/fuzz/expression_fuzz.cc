#include <fmt/format.h>

#include "nsplay/target/expression.h"
#include "nsplay/target/play.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
using nsplay::target::ContainerExpression;
using nsplay::target::FileExpression;
using nsplay::target::NameExpression;
using nsplay::target::NetnsExpression;
using nsplay::target::NumberExpression;
using nsplay::target::parse_expression;
using nsplay::target::PlayExpression;
using nsplay::target::ProcessExpression;
using nsplay::target::SelfExpression;

namespace {

std::string text_from(const ProcessExpression& process) {
  return process.pidfd_inode ? fmt::format("{}:{}", process.pid, *process.pidfd_inode)
                             : fmt::format("{}", process.pid);
}

struct Demands {
  std::string_view text;

  void operator()(const ProcessExpression& process) const {
    demand(process.pid >= 1 && process.pid <= 4194304);
    const auto again = parse_expression(text_from(process));
    demand(again.has_value());
    const auto* same = std::get_if<ProcessExpression>(&*again);
    demand(same != nullptr && same->pid == process.pid && same->pidfd_inode == process.pidfd_inode);
  }
  void operator()(const SelfExpression& /*self*/) const { demand(text == "self"); }
  void operator()(const FileExpression& file) const {
    demand(file.path.string() == text && text.find('/') != std::string_view::npos);
  }
  void operator()(const NetnsExpression& netns) const {
    demand(!netns.name.empty() && netns.name.find('/') == std::string::npos);
    demand(netns.name != ".." && "netns:" + netns.name == text);
  }
  void operator()(const PlayExpression& play) const {
    demand(nsplay::target::is_play_name(play.name) && "play:" + play.name == text);
  }
  void operator()(const ContainerExpression& container) const {
    const auto* engine = container.engine;
    demand(engine != nullptr && !container.name.empty() && text.ends_with(":" + container.name));
    demand(text.starts_with(engine->name) || text.starts_with(engine->alias));
  }
  void operator()(const NameExpression& expression) const {
    demand(!expression.name.empty() && expression.name == text);
    demand(nsplay::target::is_play_name(expression.name.substr(0, 64)));
  }
  void operator()(const NumberExpression& expression) const {
    const auto& [kind, inode, id] = expression.number;
    demand(kind.has_value() == inode.has_value());
    demand(kind || text.starts_with("id:"));
    demand(!kind || text.starts_with(nsplay::ns::name_of(*kind)));
  }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  const auto expression = parse_expression(text);
  if (expression) {
    std::visit(Demands{text}, *expression);
  } else {
    nsplay::fuzz::demand_usage_error(expression.error());
  }
  return 0;
}
