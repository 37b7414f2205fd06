#pragma once

// A terminal with a test at its keyboard, posix_openpt(3). It does not echo and does not change
// line ends; Ctrl-C, Ctrl-Z and Ctrl-\ are signals.

#include <string>
#include <string_view>

#include "support/pipes.h"
#include "support/run_nsplay.h"

namespace nsplay::test {

class Pty {
 public:
  Pty();

  /// Runs words[0] as the leader of a new session that has this terminal.
  Subprocess start(const Words& words, const RunOptions& options = {});

  [[nodiscard]] const std::string& path() const { return path_; }

  void type(std::string_view keys) const { write_text(keyboard_.get(), keys); }

  /// What appears on the screen; it ends when nobody has the terminal any more.
  PipeReader& screen() { return screen_; }

  void resize(unsigned short rows, unsigned short columns) const;

  /// How it treats its lines, in a form to compare.
  [[nodiscard]] std::string settings() const;

  /// Whether every key goes through as it is, Ctrl-C too.
  [[nodiscard]] bool is_raw() const;

  /// As when its window is closed: the session gets SIGHUP.
  void hang_up();

 private:
  sys::UniqueFd keyboard_;
  PipeReader screen_;
  std::string path_;
};

inline constexpr std::string_view ctrl_c = "\x03";
inline constexpr std::string_view ctrl_d = "\x04";
inline constexpr std::string_view ctrl_z = "\x1a";
inline constexpr std::string_view ctrl_backslash = "\x1c";

}  // namespace nsplay::test
