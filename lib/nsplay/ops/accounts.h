#pragma once

// The texts of a passwd(5) and a group(5) file, which the target may have written: lines that make
// no sense are skipped, and no name service is asked. The last field of a line may be missing.

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nsplay::ops {

/// Bytes that are read of each file.
constexpr std::size_t accounts_limit = 4UL * 1024 * 1024;

/// The kernel keeps at most this many supplementary groups, setgroups(2).
constexpr std::size_t most_groups = 65536;

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  friend bool operator==(const Account&, const Account&) = default;
};

/// A uid or gid in decimal digits; the highest number means "no id" to the kernel and is none.
std::optional<id_t> parse_id(std::string_view text);

/// The first line with this name.
std::optional<Account> find_account(std::string_view passwd, std::string_view name);

/// The first line with this uid.
std::optional<Account> find_account(std::string_view passwd, uid_t uid);

/// The gid of the first line with this name.
std::optional<gid_t> find_group(std::string_view group, std::string_view name);

/// The account's own group and those that list its name, in the order of the file, each once, at
/// most `most_groups`.
std::vector<gid_t> groups_of(std::string_view group, const Account& account);

}  // namespace nsplay::ops
