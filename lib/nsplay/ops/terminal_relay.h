#pragma once

// Between the user's terminal and the one that the program has to itself. Nothing that the program
// does to its own, TIOCSTI included, reaches the user's.

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>

#include "nsplay/sys/events.h"
#include "nsplay/sys/terminal.h"
#include "nsplay/sys/unique_fd.h"

namespace nsplay::ops {

class [[nodiscard]] TerminalRelay {
 public:
  /// `original`: of the user's terminal, if stdin is one and this process may read them: not in the
  /// background, where they may be the shell's own.
  TerminalRelay(sys::Pty pty, std::optional<sys::TerminalSettings> original);
  TerminalRelay(const TerminalRelay&) = delete;
  TerminalRelay& operator=(const TerminalRelay&) = delete;
  ~TerminalRelay() { leave(); }

  /// Takes the user's terminal over: whatever is typed is the program's from now on. In the
  /// background it waits until it is in the foreground.
  void enter();

  /// The user's terminal is again as it was.
  void leave() noexcept;

  /// The program's terminal gets the size of the user's.
  void resize() const noexcept;

  /// Works until one of `others` can be read, two at most; negative ones are ignored.
  void relay_until_readable(std::initializer_list<int> others);

  /// What is still on its way to the user when the program has ended.
  void drain();

  /// What the program has written so far, and what another writes now not for ever.
  void show_all();

 private:
  /// Bytes under way; new ones are taken once the last are gone.
  class Flow {
   public:
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    /// The errno; EIO at the end.
    int fill_from(int fd) noexcept;
    int empty_into(int fd) noexcept;
    /// To end the input: a line that is not complete is passed on by the first of two.
    void put_end(char end_of_file) noexcept;

   private:
    std::array<char, 16UL * 1024> bytes_ = {};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    char last_ = '\n';
  };

  [[nodiscard]] int output() const noexcept;
  void wait(std::span<sys::Interest> interests);
  bool relay_once(std::initializer_list<int> others);
  void take_input();
  void move_output();
  void hang_up() noexcept;
  void take_settings();

  sys::Pty pty_;
  sys::UniqueFd output_;  ///< stdout in a way that does not wait, if it can be had
  std::optional<sys::TerminalSettings> original_;
  std::optional<sys::TerminalSettings> programs_;  ///< at first
  Flow to_program_;
  Flow to_user_;
  bool has_terminal_ = false;  ///< whether stdin is one
  bool is_ours_ = false;       ///< the user's terminal
  bool input_ended_ = false;
};

}  // namespace nsplay::ops
