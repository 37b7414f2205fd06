#include "nsplay/ops/join_context.h"

#include <cerrno>
#include <string_view>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

constexpr std::size_t context_limit = 4096;

/// What /proc has of it, without the end of the line. Empty: nobody gives contexts there.
Result<std::optional<std::string>> read_context(const procfs::ProcessDir& process,
                                                const char* file) {
  auto text = process.read(file, context_limit);
  if (!text) {
    // EINVAL: no module that is asked by this file runs.
    const bool is_nobody = text.error().errnum == EINVAL || text.error().errnum == ENOENT;
    return is_nobody ? Result<std::optional<std::string>>(std::nullopt)
                     : fail(std::move(text).error());
  }
  return text->substr(0, text->find_first_of(std::string_view("\n\0", 2)));
}

bool apparmor_runs() {
  const auto file = sys::open_file("/sys/module/apparmor/parameters/enabled", O_RDONLY);
  const auto text = file ? sys::read_all(*file, context_limit, "") : fail(file.error());
  return text && text->starts_with('Y');
}

/// "docker-default (enforce)" is the profile and its mode.
std::string change_to_profile(const std::string& context) {
  return "exec " + context.substr(0, context.rfind(" ("));
}

}  // namespace

Result<std::optional<ExecContext>> exec_context_of(const procfs::PinnedProcess& process) {
  // A directory of its own since Linux 5.8, for the case that several modules run.
  if (const auto context = TRY(read_context(process.dir, "attr/apparmor/current"))) {
    return ExecContext{"/proc/thread-self/attr/apparmor/exec", change_to_profile(*context)};
  }
  const auto context = TRY(read_context(process.dir, "attr/current"));
  if (!context || context->empty()) {
    return std::nullopt;
  }
  return ExecContext{"/proc/thread-self/attr/exec",
                     apparmor_runs() ? change_to_profile(*context) : *context};
}

}  // namespace nsplay::ops
