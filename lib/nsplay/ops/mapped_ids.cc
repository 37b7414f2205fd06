#include "nsplay/ops/mapped_ids.h"

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/kind.h"
#include "nsplay/sys/child.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/namespaces.h"
#include "nsplay/sys/process.h"

namespace nsplay::ops {
namespace {

/// Tells the errno of setns(2), and stays until the other end of `lifeline` is closed.
int stay_in(const ns::NamespaceHandle& handle, const sys::Pipe& answer, sys::Pipe& lifeline) {
  sys::set_dumpable(sys::Dumpable::no);
  lifeline.write_end.reset();
  const int flag = static_cast<int>(ns::info_of(handle.kind()).clone_flag);
  const int error = sys::set_namespaces(handle.fd(), flag);
  sys::send_bytes(answer.write_end, &error, sizeof error);
  sys::wait_readable({lifeline.read_end.get()});
  return 0;
}

}  // namespace

Result<MappedIds> mapped_ids_of(const procfs::ProcessDir& process) {
  MappedIds ids;
  ids.users = TRY(procfs::parse_id_map(TRY(process.read("uid_map", procfs::id_map_limit))));
  ids.groups = TRY(procfs::parse_id_map(TRY(process.read("gid_map", procfs::id_map_limit))));
  const auto setgroups = process.read("setgroups", procfs::id_map_limit);
  // Without a gid map, or once "deny" was written, nobody inside may change groups
  // (user_namespaces(7)).
  ids.may_set_groups = !ids.groups.empty() && setgroups && !setgroups->starts_with("deny");
  return ids;
}

Result<MappedIds> mapped_ids_in(const ns::NamespaceHandle& user_namespace) {
  sys::Pipe answer = TRY(sys::make_pipe());
  sys::Pipe lifeline = TRY(sys::make_pipe());
  const sys::Child child =
      TRY(sys::start_child(0, [&] { return stay_in(user_namespace, answer, lifeline); }));
  answer.write_end.reset();
  int error = 0;
  if (!sys::receive_bytes(answer.read_end, &error, sizeof error)) {
    return fail(Error::of(0, "the process that entered it ended", user_namespace.name()));
  }
  if (error != 0) {
    return fail(Error::of(error, "setns", user_namespace.name()));
  }
  return mapped_ids_of(TRY(procfs::ProcessDir::open(child.pid())));
}

Error unmapped(std::string_view what, const std::string& asked) {
  return Error::of(0, fmt::format("{} {} has no mapping there", what, asked), "")
      .with_hint("the user namespace's uid_map and gid_map do not have it (user_namespaces(7))");
}

}  // namespace nsplay::ops
