#include <set>

#include "nsplay/base/text.h"
#include "nsplay/ops/accounts.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(nsplay::fuzz::text_of(data, size));
  for (const std::string_view line : nsplay::split(text, '\n')) {
    const auto name = line.substr(0, line.find(':'));
    const auto account = nsplay::ops::find_account(text, name);
    demand(!account || account->name == name);
    demand(!account || nsplay::ops::find_account(text, account->uid).has_value());
    static_cast<void>(nsplay::ops::find_group(text, name));
    const auto groups = nsplay::ops::groups_of(text, {std::string(name), 1, 2});
    demand(groups.size() == std::set(groups.begin(), groups.end()).size());
    demand(groups.front() == 2 && groups.size() <= nsplay::ops::most_groups);
  }
  return 0;
}
