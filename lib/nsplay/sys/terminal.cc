#include "nsplay/sys/terminal.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <string>

#include "nsplay/base/try.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/retry.h"

namespace nsplay::sys {
namespace {

/// Any device file with these numbers is the multiplexer, whoever made it (pts(4)).
constexpr unsigned ptmx_major = 5;
constexpr unsigned ptmx_minor = 2;

constexpr int multiplexer_flags = O_RDWR | O_NOCTTY | O_NONBLOCK;

Result<Pty> pty_from(UniqueFd master) {
  int unlocked = 0;
  if (::ioctl(master.get(), TIOCSPTLCK, &unlocked) != 0) {
    const int error = errno;
    return fail(Error::of(error, "unlock", "a pty"));
  }
  UniqueFd slave(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) {
    const int error = errno;
    return fail(Error::of(error, "TIOCGPTPEER", "of a pty"));
  }
  return Pty{std::move(master), std::move(slave)};
}

Result<UniqueFd> open_multiplexer(const UniqueFd& root, const char* path) {
  const UniqueFd place = TRY(open_in_root(root, path));
  if (!TRY(is_character_device(place, {ptmx_major, ptmx_minor}, path))) {
    return fail(Error::of(0, path, "is no pty multiplexer"));
  }
  return open_again(place, multiplexer_flags, path);
}

}  // namespace

bool is_terminal(int fd) noexcept {
  return ::isatty(fd) == 1;
}

bool is_background_on(int terminal) noexcept {
  const pid_t foreground = ::tcgetpgrp(terminal);
  return foreground >= 0 && foreground != ::getpgrp();
}

Result<TerminalSettings> TerminalSettings::of(int terminal) {
  TerminalSettings settings;
  if (::tcgetattr(terminal, &settings.settings_) != 0) {
    const int error = errno;
    return fail(Error::of(error, "tcgetattr", "of the terminal"));
  }
  return settings;
}

TerminalSettings TerminalSettings::raw() const noexcept {
  TerminalSettings settings = *this;
  ::cfmakeraw(&settings.settings_);
  return settings;
}

bool TerminalSettings::are(const TerminalSettings& other) const noexcept {
  const termios& one = settings_;
  const termios& two = other.settings_;
  return one.c_iflag == two.c_iflag && one.c_oflag == two.c_oflag && one.c_cflag == two.c_cflag &&
         one.c_lflag == two.c_lflag &&
         std::equal(std::begin(one.c_cc), std::end(one.c_cc), two.c_cc);
}

void TerminalSettings::apply_to(int terminal) const noexcept {
  retry([&] { return ::tcsetattr(terminal, TCSADRAIN, &settings_); });
}

void copy_window_size_to(int terminal) noexcept {
  winsize size = {};
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::ioctl(stream, TIOCGWINSZ, &size) == 0) {
      ::ioctl(terminal, TIOCSWINSZ, &size);
      return;
    }
  }
}

std::optional<std::size_t> columns_of(int terminal) noexcept {
  winsize size = {};
  const bool known = ::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::optional<std::size_t>(size.ws_col) : std::nullopt;
}

Result<Pty> open_pty() {
  return pty_from(TRY(open_file("/dev/ptmx", multiplexer_flags)));
}

Result<Pty> open_pty_in(const UniqueFd& root) {
  // The one of devpts may be closed to ordinary users, and a container may have that one alone.
  auto master = open_multiplexer(root, "dev/pts/ptmx");
  if (!master) {
    if (auto other = open_multiplexer(root, "dev/ptmx")) {
      master = std::move(other);
    }
  }
  return pty_from(TRY(std::move(master)));
}

int take_terminal(const UniqueFd& terminal) noexcept {
  const bool taken = ::setsid() >= 0 && ::ioctl(terminal.get(), TIOCSCTTY, 0) == 0;
  return taken ? 0 : errno;
}

void give_to(const UniqueFd& terminal, std::optional<uid_t> owner) noexcept {
  constexpr auto same_group = static_cast<gid_t>(-1);
  if (owner) {
    static_cast<void>(::fchown(terminal.get(), *owner, same_group));
  }
}

Result<UniqueFd> open_for_output(int terminal) {
  return open_file(descriptor_path(terminal), O_WRONLY | O_NOCTTY | O_NONBLOCK);
}

}  // namespace nsplay::sys
