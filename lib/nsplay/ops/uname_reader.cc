#include "nsplay/ops/uname_reader.h"

#include <cerrno>
#include <chrono>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/relations.h"
#include "nsplay/ops/hints.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

struct Answer {
  int errnum = 0;
  sys::RawUname uname = {};
};

int enter(const ns::NamespaceHandle& handle) {
  return sys::set_namespaces(handle.fd(), static_cast<int>(ns::info_of(handle.kind()).clone_flag));
}

int enter_either_way(const ns::NamespaceHandle& uts) {
  const int error = enter(uts);
  const auto owner = error == EPERM ? ns::owner_of(uts) : fail(Error{});
  if (!owner || !*owner || enter(**owner) != 0) {
    return error;
  }
  return enter(uts);
}

int answer(const sys::UniqueFd& pipe, const ns::NamespaceHandle& uts) {
  sys::set_dumpable(sys::Dumpable::no);
  Answer answer;
  answer.errnum = enter_either_way(uts);
  if (answer.errnum == 0) {
    sys::read_raw_uname(answer.uname);
  }
  sys::send_bytes(pipe, &answer, sizeof answer);
  return 0;
}

Result<sys::Uname> ask(const ns::NamespaceHandle& uts) {
  constexpr std::chrono::seconds patience(10);
  sys::Pipe pipe = TRY(sys::make_pipe());
  const sys::Child reader = TRY(sys::start_child(0, [&] { return answer(pipe.write_end, uts); }));
  pipe.write_end.reset();
  Answer said;
  if (!sys::wait_readable({pipe.read_end.get()}, patience)) {
    return fail(Error::of(ETIMEDOUT, "uname in", uts.name()));
  }
  if (!sys::receive_bytes(pipe.read_end, &said, sizeof said)) {
    return fail(Error::of(0, "the process that entered it ended without an answer", uts.name()));
  }
  if (said.errnum != 0) {
    return fail(Error::of(said.errnum, "setns", uts.name()).with_hint(owner_hint(uts)));
  }
  return sys::uname_from(said.uname);
}

}  // namespace

Result<sys::Uname> read_uname_in(const ns::NamespaceHandle& uts) {
  auto uname = ask(uts);
  return uname ? std::move(uname) : fail(with_known_cure(std::move(uname).error()));
}

}  // namespace nsplay::ops
