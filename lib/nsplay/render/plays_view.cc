#include "nsplay/render/plays_view.h"

#include <vector>

#include "nsplay/base/text.h"
#include "nsplay/ns/kind.h"
#include "nsplay/render/local_time.h"
#include "nsplay/render/table.h"

namespace nsplay::render {
namespace {

std::string new_kinds(const target::Play& play) {
  ns::KindSet kinds;
  for (const target::PlayNamespace& entry : play.namespaces) {
    if (entry.is_new) {
      kinds.insert(entry.ref.kind);
    }
  }
  return kinds.to_string();
}

}  // namespace

std::string plays_text(const ops::PlaysReport& report) {
  std::vector<Row> rows = {{"NAME", "PID", "CREATED", "NEW", "COMMAND"}};
  for (const target::Play& play : report.plays) {
    const std::chrono::system_clock::time_point created{std::chrono::seconds(play.created)};
    rows.push_back({play.name,
                    std::to_string(play.pid),
                    local_time(created),
                    new_kinds(play),
                    escape_for_terminal(play.command)});
  }
  return table(rows);
}

}  // namespace nsplay::render
