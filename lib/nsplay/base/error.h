#pragma once

// What went wrong, as a value: what was tried and on what, what the kernel said, what would cure
// it. How it is printed and which exit status it becomes is decided in apps/.

#include <string>
#include <string_view>

namespace nsplay {

/// What kind of trouble an error is; decides the exit status (design: 2.3).
enum class Trouble {
  failure,         ///< something could not be done
  absent,          ///< what was asked for is not there, which is an answer
  usage,           ///< the request itself makes no sense
  not_found,       ///< the program to run does not exist there
  not_executable,  ///< the program to run exists there, but cannot be executed
};

/// What was tried, what the kernel said, and what the user can do about it.
struct [[nodiscard]] Error {
  std::string what;
  int errnum = 0;  ///< errno; 0 when the kernel was not asked
  std::string hint;
  Trouble trouble = Trouble::failure;

  /// Names the call and what it was applied to: "open /proc/42/ns/net".
  static Error of(int errnum, std::string_view call, std::string_view subject);

  /// A request that makes no sense, whatever the kernel thinks of it.
  static Error usage(std::string what, std::string hint = {});

  /// Says what the caller was doing when this happened; the cause stays last.
  Error during(std::string_view doing) &&;

  /// Adds the cure, unless a layer closer to the cause already gave one.
  Error with_hint(std::string cure) &&;

  /// The colon chain that ends in the cause, without the hint.
  [[nodiscard]] std::string message() const;
};

}  // namespace nsplay
