#pragma once

// The eight kinds of namespaces, namespaces(7), in one table.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace nsplay::ns {

/// In the order of their /proc names, which is the order in which everything lists them.
enum class Kind : std::uint8_t { cgroup, ipc, mnt, net, pid, time, user, uts };

struct KindInfo {
  Kind kind;
  std::string_view name;     ///< below /proc/PID/ns, and everywhere else
  std::string_view option;   ///< as nsenter(1) and unshare(1) call it
  char letter;               ///< as nsenter(1) and unshare(1) call it
  std::uint64_t clone_flag;  ///< CLONE_NEW*
  unsigned pidfd_request;    ///< PIDFD_GET_*_NAMESPACE
  const char* proc_path;     ///< relative to /proc/PID
  std::string_view limit;    ///< below /proc/sys/user
  std::string_view first_kernel;
  std::string_view kernel_option;
};

inline constexpr std::size_t kind_count = 8;

/// All kinds, in order.
const std::array<KindInfo, kind_count>& all_kinds() noexcept;

/// The kind's row.
const KindInfo& info_of(Kind kind) noexcept;

/// Its name below /proc/PID/ns.
std::string_view name_of(Kind kind) noexcept;

/// The kind whose CLONE_NEW* bit this is; empty for anything else.
std::optional<Kind> kind_from_clone_flag(std::uint64_t flag) noexcept;

/// A set of kinds.
class KindSet {
 public:
  constexpr KindSet() noexcept = default;
  constexpr KindSet(std::initializer_list<Kind> kinds) noexcept {
    for (const Kind kind : kinds) {
      insert(kind);
    }
  }
  static constexpr KindSet all() noexcept {
    KindSet set;
    set.bits_ = 0xff;
    return set;
  }

  constexpr void insert(Kind kind) noexcept {
    bits_ = static_cast<std::uint8_t>(bits_ | bit(kind));
  }
  constexpr void erase(Kind kind) noexcept {
    bits_ = static_cast<std::uint8_t>(bits_ & ~bit(kind));
  }
  /// Both together.
  [[nodiscard]] constexpr KindSet with(KindSet others) const noexcept {
    KindSet both;
    both.bits_ = static_cast<std::uint8_t>(bits_ | others.bits_);
    return both;
  }
  [[nodiscard]] constexpr bool contains(Kind kind) const noexcept {
    return (bits_ & bit(kind)) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  friend constexpr bool operator==(KindSet, KindSet) noexcept = default;

  /// Their CLONE_NEW* bits together.
  [[nodiscard]] std::uint64_t clone_flags() const noexcept;

  /// "net, uts".
  [[nodiscard]] std::string to_string() const;

 private:
  static constexpr unsigned bit(Kind kind) noexcept { return 1U << static_cast<unsigned>(kind); }
  std::uint8_t bits_ = 0;
};

}  // namespace nsplay::ns
