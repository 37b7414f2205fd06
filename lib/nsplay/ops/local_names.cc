#include "nsplay/ops/local_names.h"

#include "nsplay/ops/program.h"
#include "nsplay/sys/captured.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

std::string text_of(const char* file) {
  const auto opened = sys::open_file(file, O_RDONLY);
  return (opened ? sys::read_all(*opened, accounts_limit, file) : fail(opened.error()))
      .value_or("");
}

/// The lines that getent(1) has for a key; none when it has none, or is not there.
std::string asked(const char* database, const std::string& key) {
  sys::ExecImage image(find_program({"getent", database, "--", key}, sys::own_environment()));
  const auto answer = sys::run_captured(image, sys::CapturedStream::output, accounts_limit);
  return answer && answer->status == 0 ? answer->text : "";
}

}  // namespace

std::optional<Account> account_of(uid_t uid) {
  const auto account = find_account(text_of("/etc/passwd"), uid);
  return account ? account : find_account(asked("passwd", std::to_string(uid)), uid);
}

std::optional<Account> account_named(const std::string& name) {
  const auto account = find_account(text_of("/etc/passwd"), name);
  return account ? account : find_account(asked("passwd", name), name);
}

std::optional<gid_t> group_named(const std::string& name) {
  const auto group = find_group(text_of("/etc/group"), name);
  return group ? group : find_group(asked("group", name), name);
}

}  // namespace nsplay::ops
