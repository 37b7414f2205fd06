#include "support/pty.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <termios.h>

#include "support/must.h"

namespace nsplay::test {
namespace {

void check(bool achieved, const char* what) {
  if (!achieved) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

sys::UniqueFd open_master() {
  sys::UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  check(static_cast<bool>(master), "posix_openpt");
  check(::grantpt(master.get()) == 0, "grantpt");
  check(::unlockpt(master.get()) == 0, "unlockpt");
  return master;
}

std::string path_of(const sys::UniqueFd& master) {
  std::array<char, 128> path = {};
  check(::ptsname_r(master.get(), path.data(), path.size()) == 0, "ptsname_r");
  return path.data();
}

termios settings_of(const sys::UniqueFd& master) {
  termios settings = {};
  check(::tcgetattr(master.get(), &settings) == 0, "tcgetattr");
  return settings;
}

/// Tests compare what programs write, not what a terminal makes of it.
void make_plain(const sys::UniqueFd& master) {
  termios settings = settings_of(master);
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHOCTL);
  settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  check(::tcsetattr(master.get(), TCSANOW, &settings) == 0, "tcsetattr");
}

sys::UniqueFd duplicate(const sys::UniqueFd& fd) {
  return sys::UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

void take_terminal(const std::string& path) {
  must(::setsid() > 0, "setsid");
  const sys::UniqueFd terminal(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  must(static_cast<bool>(terminal), path);
  for (int stream = 0; stream <= 2; ++stream) {
    must(::dup2(terminal.get(), stream) == stream, "dup2");
  }
}

}  // namespace

Pty::Pty() : keyboard_(open_master()), screen_(duplicate(keyboard_)), path_(path_of(keyboard_)) {
  make_plain(keyboard_);
  resize(24, 80);
}

Subprocess Pty::start(const Words& words, const RunOptions& options) {
  RunOptions with_terminal = options;
  with_terminal.prepare = [&] {
    take_terminal(path_);
    if (options.prepare) {
      options.prepare();
    }
  };
  return {words, with_terminal, {}};
}

void Pty::resize(unsigned short rows, unsigned short columns) const {
  winsize size = {};
  size.ws_row = rows;
  size.ws_col = columns;
  check(::ioctl(keyboard_.get(), TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
}

std::string Pty::settings() const {
  const termios settings = settings_of(keyboard_);
  return std::to_string(settings.c_iflag) + " " + std::to_string(settings.c_oflag) + " " +
         std::to_string(settings.c_cflag) + " " + std::to_string(settings.c_lflag);
}

bool Pty::is_raw() const {
  return (settings_of(keyboard_).c_lflag & static_cast<tcflag_t>(ICANON | ISIG)) == 0;
}

void Pty::hang_up() {
  keyboard_.reset();
  screen_ = PipeReader(sys::UniqueFd());
}

}  // namespace nsplay::test
