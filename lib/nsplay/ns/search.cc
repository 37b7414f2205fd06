#include "nsplay/ns/search.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/census.h"
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

std::string shown_unreadable(std::size_t processes) {
  return fmt::format(
      "{} {} could not be looked at; {}",
      processes,
      processes == 1 ? "process" : "processes",
      sys::effective_uid() == 0 ? "that takes CAP_SYS_PTRACE over them" : "run as root");
}

Error no_such_namespace(const NamespaceNumber& number, const Census& census) {
  Error error = Error::of(0,
                          fmt::format("no {}namespace has {}",
                                      number.kind ? fmt::format("{} ", name_of(*number.kind)) : "",
                                      shown_number(number)),
                          "");
  error.trouble = Trouble::absent;
  const auto& entries = census.entries;
  if (!number.inode && !entries.empty() && !entries.front().handle.ref().id) {
    return std::move(error).with_hint("ids of namespaces need Linux 6.18; name a process");
  }
  return std::move(error).with_hint(
      census.unreadable_processes == 0
          ? "no process, descriptor, socket or mount of this machine is of it"
          : shown_unreadable(census.unreadable_processes));
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
