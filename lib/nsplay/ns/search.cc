#include "nsplay/ns/search.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/relations.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::ns {
namespace {

bool matches(const NamespaceNumber& number, const NamespaceHandle& handle) {
  if (number.kind && *number.kind != handle.kind()) {
    return false;
  }
  return number.inode ? handle.identity().inode == *number.inode : handle.ref().id == number.id;
}

std::string shown_number(const NamespaceNumber& number) {
  return number.inode ? fmt::format("the inode {}", *number.inode)
                      : fmt::format("the id {}", number.id);
}

/// linux/proc_ns.h: the kernel numbers namespaces in 32 bits from 0xf0000000 on, and those that the
/// machine began with just below that.
constexpr std::uint64_t lowest_inode = 0xeffffff0;
constexpr std::uint64_t highest_inode = 0xffffffff;

bool is_out_of_range(const NamespaceNumber& number) {
  return number.inode && (*number.inode < lowest_inode || *number.inode > highest_inode);
}

/// Whether somebody else could look at processes that this one may not: ptrace(2), unless a
/// security module refuses it to everybody.
bool may_be_looked_at_with_privilege() {
  const auto own = open_namespace_file(own_namespace_path(Kind::user));
  return !own || !is_initial(*own) || !sys::has_capability(sys::Capability::sys_ptrace);
}

std::string shown_unreadable(std::size_t processes) {
  return fmt::format(
      "{} {} could not be looked at; {}",
      processes,
      processes == 1 ? "process" : "processes",
      sys::effective_uid() == 0 ? "that takes CAP_SYS_PTRACE over them" : "run as root");
}

std::string hint_for(const NamespaceNumber& number, const Census& census) {
  const auto& entries = census.entries;
  if (!number.inode && !entries.empty() && !entries.front().handle.ref().id) {
    return "ids of namespaces need Linux 6.18; name a process";
  }
  if (is_out_of_range(number)) {
    return fmt::format(
        "inodes of namespaces are from {} to {}; nsplay list shows those that there are",
        lowest_inode,
        highest_inode);
  }
  if (census.unreadable_processes == 0) {
    return "no process, descriptor, socket or mount of this machine is of it";
  }
  return may_be_looked_at_with_privilege()
             ? shown_unreadable(census.unreadable_processes)
             : "no process, descriptor, socket or mount that can be looked at is of it";
}

Error no_such_namespace(const NamespaceNumber& number, const Census& census) {
  Error error = Error::of(0,
                          fmt::format("no {}namespace has {}",
                                      number.kind ? fmt::format("{} ", name_of(*number.kind)) : "",
                                      shown_number(number)),
                          "");
  error.trouble = Trouble::absent;
  return std::move(error).with_hint(hint_for(number, census));
}

}  // namespace

Result<NamespaceHandle> find_namespace(const NamespaceNumber& number) {
  Census census;
  for (const Sources sources : {Sources::quick, Sources::all}) {
    // Of all kinds: a namespace without a process may be known as the owner of another alone.
    census = TRY(take_census({.sources = sources}));
    const auto found =
        std::find_if(census.entries.begin(), census.entries.end(), [&](const CensusEntry& entry) {
          return matches(number, entry.handle);
        });
    if (found != census.entries.end()) {
      return std::move(found->handle);
    }
  }
  return fail(no_such_namespace(number, census));
}

}  // namespace nsplay::ns
