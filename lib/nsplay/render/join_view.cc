#include "nsplay/render/join_view.h"

#include "nsplay/base/text.h"
#include "nsplay/render/table.h"

namespace nsplay::render {

std::string join_preview_text(const ops::JoinPreview& preview) {
  std::vector<Row> rows;
  for (const ops::PreviewStep& step : preview.steps) {
    rows.push_back({std::to_string(rows.size() + 1), step.call, escape_for_terminal(step.subject)});
  }
  return table(rows);
}

}  // namespace nsplay::render
