#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "nsplay/base/exit_status.h"
#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ops/complete.h"

#include "command.h"
#include "output.h"

namespace nsplay::app {
namespace {

struct SoughtName {
  std::string_view name;
  ops::Sought sought;
};

constexpr SoughtName sought_names[] = {
    {"target", ops::Sought::target},
    {"process", ops::Sought::process},
    {"play", ops::Sought::play},
    {"namespace", ops::Sought::name_space},
};

Syntax complete_syntax() {
  return {"complete", TakesTarget::many, TakesProgram::no, {{"help", 'h', "", "show this help"}}};
}

Result<ops::CompletionRequest> completion_request_from(const Arguments& arguments) {
  if (arguments.targets.empty() || arguments.targets.size() > 2) {
    return fail(Error::usage("complete needs what is sought, and at most one WORD"));
  }
  const auto* const found =
      std::find_if(std::begin(sought_names), std::end(sought_names), [&](const SoughtName& row) {
        return row.name == arguments.target;
      });
  if (found == std::end(sought_names)) {
    return fail(Error::usage(fmt::format("complete knows no {}", quote(arguments.target))));
  }
  ops::CompletionRequest request;
  request.sought = found->sought;
  request.word = arguments.targets.size() == 2 ? arguments.targets.back() : std::string();
  return request;
}

/// Who completes a word has no place for messages.
Result<int> run_complete(const Arguments& arguments) {
  std::string lines;
  for (const ops::Completion& completion : ops::complete(TRY(completion_request_from(arguments)))) {
    lines += fmt::format("{}\t{}\n", completion.text, completion.description);
  }
  return write_stdout(lines) ? 0 : exit_no;
}

}  // namespace

Command complete_command() {
  return {"complete",
          "",
          "target|process|play|namespace [--] [WORD]",
          "Prints what a shell may offer for WORD: lines CANDIDATE<tab>DESCRIPTION, in which there "
          "is\nnothing that a shell or a terminal gives a meaning to. For the completions alone.",
          StatusFamily::report,
          &complete_syntax,
          &run_complete};
}

}  // namespace nsplay::app
