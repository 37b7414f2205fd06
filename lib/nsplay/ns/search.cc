#include "nsplay/ns/search.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/census.h"

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

Error no_such_namespace(const NamespaceNumber& number, const Census& census) {
  Error error = Error::of(0,
                          fmt::format("no {}namespace has {}",
                                      number.kind ? fmt::format("{} ", name_of(*number.kind)) : "",
                                      shown_number(number)),
                          "");
  const auto& entries = census.entries;
  if (!number.inode && !entries.empty() && !entries.front().handle.ref().id) {
    return std::move(error).with_hint("ids of namespaces need Linux 6.18; name a process");
  }
  const std::size_t hidden = census.unreadable_processes;
  return std::move(error).with_hint(
      hidden == 0 ? std::string("no process is in it, and it is no file here")
                  : fmt::format("{} processes could not be looked at; run as root", hidden));
}

}  // namespace

Result<NamespaceHandle> find_namespace(const NamespaceNumber& number) {
  // Of all kinds: a namespace without a process may be known as the owner of another alone.
  Census census = TRY(take_census({}));
  const auto found =
      std::find_if(census.entries.begin(), census.entries.end(), [&](const CensusEntry& entry) {
        return matches(number, entry.handle);
      });
  return found == census.entries.end()
             ? Result<NamespaceHandle>(fail(no_such_namespace(number, census)))
             : std::move(found->handle);
}

}  // namespace nsplay::ns
