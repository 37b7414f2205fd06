#include "nsplay/ops/traces.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ops/create.h"

namespace nsplay::ops {

Result<Traces> Traces::prepare(const CreateRequest& request, std::vector<std::string>& notes) {
  Traces traces;
  if (request.name) {
    traces.registration_ = TRY(Registration::prepare(*request.name, request.narrator, notes));
  }
  traces.files_ = TRY(NamespaceFiles::prepare(request.files, request.narrator));
  return traces;
}

CreateRequest Traces::left_by(CreateRequest request) {
  if (request.name || !request.files.empty()) {
    request.announce = [this,
                        command = fmt::format("{}", fmt::join(request.program, " ")),
                        tell = std::move(request.announce)](const CreateReport& report) {
      return leave(report, command).and_then([&]() -> Result<> {
        return tell ? tell(report) : Result<>();
      });
    };
  }
  return request;
}

void Traces::keep() noexcept {
  files_.keep();
  registration_.keep();
}

Result<> Traces::leave(const CreateReport& report, const std::string& command) {
  TRY(files_.bind(report.pid));
  return report.name ? registration_.enter(report, command) : Result<>();
}

}  // namespace nsplay::ops
