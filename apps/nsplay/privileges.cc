#include "privileges.h"

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/credentials.h"

namespace nsplay::app {
namespace {

Result<sys::CapabilitySet> capabilities_from(std::string_view list) {
  sys::CapabilitySet capabilities = 0;
  for (const std::string_view name : split(list, ',')) {
    const auto capability =
        name == "all" ? std::optional(sys::all_capabilities) : sys::capability_named(name);
    if (!capability) {
      return fail(Error::usage(fmt::format("there is no capability {}", quote(name)),
                               "capabilities(7) has the names; 'all' means every one"));
    }
    capabilities |= *capability;
  }
  return capabilities;
}

}  // namespace

Result<ops::Privileges> privileges_from(const Arguments& arguments) {
  ops::Privileges privileges;
  if (const std::string* list = arguments.value("drop-caps")) {
    privileges.dropped = TRY(capabilities_from(*list));
  }
  privileges.keep_capabilities = arguments.has("keep-caps");
  privileges.no_new_privileges = arguments.has("no-new-privs");
  return privileges;
}

}  // namespace nsplay::app
