#pragma once

// A play: a child that `nsplay create --name` made, as the file says that is kept of it. Such a
// file is read by processes that did not write it, so nothing in it is believed before it is
// checked.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/handle.h"

namespace nsplay::target {

inline constexpr std::size_t longest_play_name = 64;
inline constexpr std::size_t longest_play_command = 4096;
inline constexpr std::size_t largest_play_file = 64UL * 1024;

struct PlayNamespace {
  ns::NamespaceRef ref;
  bool is_new = false;  ///< made for the play, and not its maker's

  friend bool operator==(const PlayNamespace& one, const PlayNamespace& other) noexcept {
    return one.ref.kind == other.ref.kind && one.ref.inode == other.ref.inode &&
           one.ref.id == other.ref.id && one.is_new == other.is_new;
  }
};

struct Play {
  std::string name;
  pid_t pid = 0;
  std::uint64_t start_time = 0;              ///< clock ticks since boot, field 22 of /proc/PID/stat
  std::optional<std::uint64_t> pidfd_inode;  ///< empty before Linux 6.9
  std::string boot_id;
  std::uint64_t pid_namespace = 0;  ///< inode of the pid namespace in which `pid` is this process
  std::int64_t created = 0;         ///< seconds since the epoch
  std::string command;              ///< at most longest_play_command bytes
  std::vector<PlayNamespace> namespaces;

  friend bool operator==(const Play&, const Play&) = default;
};

/// Whether [A-Za-z0-9][A-Za-z0-9_.-]*, 64 bytes at most: a file name and a word of a command line
/// that needs no quotes.
bool is_play_name(std::string_view text) noexcept;

/// Usage error: it is none.
Result<> check_play_name(std::string_view text);

/// The file's text, "nsplay.play/1".
std::string format_play(const Play& play);

/// Errors, errno 0: it is not what format_play() writes. Members that are not known are skipped.
Result<Play> parse_play(std::string_view text);

/// Of a text that may be no play's, or one's of a later nsplay: which process it names, and nothing
/// else. Errors, errno 0: it names none.
Result<Play> parse_play_process(std::string_view text);

}  // namespace nsplay::target
