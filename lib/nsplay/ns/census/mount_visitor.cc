#include "nsplay/ns/census/mount_visitor.h"

#include <chrono>
#include <utility>

#include "nsplay/sys/events.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"

namespace nsplay::ns {
namespace {

constexpr std::chrono::seconds patience(10);

/// Enters what it is told the descriptors of. It has them all, since it shares them: nothing here
/// closes any.
int visit(const sys::Pipe& questions, const sys::Pipe& answers) {
  sys::set_dumpable(sys::Dumpable::no);
  const auto flag = static_cast<int>(info_of(Kind::mnt).clone_flag);
  int descriptor = -1;
  while (sys::receive_bytes(questions.read_end, &descriptor, sizeof descriptor)) {
    sys::UniqueFd file(descriptor);
    const int error = sys::set_namespaces(file, flag);
    static_cast<void>(file.release());
    sys::send_bytes(answers.write_end, &error, sizeof error);
  }
  return 0;
}

}  // namespace

bool MountVisitor::start() {
  auto questions = sys::make_pipe();
  auto answers = sys::make_pipe();
  if (!questions || !answers) {
    return false;
  }
  questions_ = *std::move(questions);
  answers_ = *std::move(answers);
  auto child = sys::start_child_sharing_descriptors([&] { return visit(questions_, answers_); });
  if (!child) {
    return false;
  }
  child_ = *std::move(child);
  return true;
}

bool MountVisitor::enter(const NamespaceHandle& mount_namespace) {
  is_usable_ = is_usable_ && (pid() != 0 || start());
  if (!is_usable_) {
    return false;
  }
  const int descriptor = mount_namespace.fd().get();
  sys::send_bytes(questions_.write_end, &descriptor, sizeof descriptor);
  int error = 0;
  // An answer that comes too late would be taken for that to the next question.
  is_usable_ = sys::wait_readable({answers_.read_end.get()}, patience) &&
               sys::receive_bytes(answers_.read_end, &error, sizeof error);
  return is_usable_ && error == 0;
}

}  // namespace nsplay::ns
