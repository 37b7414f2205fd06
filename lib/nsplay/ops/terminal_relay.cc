#include "nsplay/ops/terminal_relay.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

constexpr int standard_input = 0;
constexpr int standard_output = 1;

constexpr std::size_t most_others = 2;

/// Nobody tells a process that its group was brought to the foreground.
constexpr std::chrono::milliseconds look_for_foreground(300);

/// How long the user's terminal may take nothing before the rest is given up.
constexpr std::chrono::seconds patience(5);

/// More than what a pty keeps, 64 KiB, can take; another process may go on writing meanwhile.
constexpr int most_rounds = 4096;

bool is_passing(int error) noexcept {
  return error == 0 || error == EAGAIN;
}

}  // namespace

int TerminalRelay::Flow::fill_from(int fd) noexcept {
  const sys::Transfer transfer = sys::read_some(fd, bytes_);
  begin_ = 0;
  end_ = transfer.bytes;
  last_ = transfer.bytes == 0 ? last_ : bytes_.at(transfer.bytes - 1);
  return transfer.bytes == 0 && transfer.errnum == 0 ? EIO : transfer.errnum;
}

int TerminalRelay::Flow::empty_into(int fd) noexcept {
  const sys::Transfer transfer =
      sys::write_some(fd, std::string_view(bytes_.data() + begin_, end_ - begin_));
  begin_ += transfer.bytes;
  return transfer.errnum;
}

void TerminalRelay::Flow::put_end(char end_of_file) noexcept {
  bytes_[0] = end_of_file;
  bytes_[1] = end_of_file;
  begin_ = 0;
  end_ = last_ == '\n' ? 1 : 2;
}

TerminalRelay::TerminalRelay(sys::Pty pty, std::optional<sys::TerminalSettings> original)
    : pty_(std::move(pty)), original_(original), has_terminal_(sys::is_terminal(standard_input)) {
  if (const auto settings = sys::TerminalSettings::of(pty_.slave.get())) {
    programs_ = *settings;
  }
  if (sys::is_terminal(standard_output)) {
    auto output = sys::open_for_output(standard_output);
    output_ = output ? *std::move(output) : sys::UniqueFd();
  }
}

int TerminalRelay::output() const noexcept {
  return output_ ? output_.get() : standard_output;
}

void TerminalRelay::enter() {
  is_ours_ = !has_terminal_ || !sys::is_background_on(standard_input);
  if (!has_terminal_ || !is_ours_) {
    return;
  }
  if (!original_) {
    take_settings();
  }
  if (original_) {
    original_->raw().apply_to(standard_input);
  }
  resize();
}

/// The first time in the foreground. The program's are the same then, unless it has changed its
/// own.
void TerminalRelay::take_settings() {
  const auto users = sys::TerminalSettings::of(standard_input);
  const auto programs = sys::TerminalSettings::of(pty_.slave.get());
  if (!users) {
    return;
  }
  original_ = *users;
  if (programs && programs_ && programs->are(*programs_)) {
    users->apply_to(pty_.slave.get());
  }
}

void TerminalRelay::leave() noexcept {
  if (original_ && is_ours_) {
    original_->apply_to(standard_input);
  }
  is_ours_ = false;
}

void TerminalRelay::resize() const noexcept {
  sys::copy_window_size_to(pty_.slave.get());
}

void TerminalRelay::hang_up() noexcept {
  pty_.master.reset();
  input_ended_ = true;
  to_user_ = {};
  to_program_ = {};
}

void TerminalRelay::take_input() {
  const int error = to_program_.fill_from(standard_input);
  if (is_passing(error)) {
    return;
  }
  // The terminal does not let a background process read: EIO too, tcgetpgrp(3).
  is_ours_ = !has_terminal_ || !sys::is_background_on(standard_input);
  input_ended_ = is_ours_;
  const auto settings = sys::TerminalSettings::of(pty_.slave.get());
  if (input_ended_ && !has_terminal_ && settings) {
    to_program_.put_end(settings->end_of_file());
  }
}

void TerminalRelay::move_output() {
  if (!is_passing(to_user_.empty_into(output()))) {
    hang_up();
  }
}

void TerminalRelay::wait(std::span<sys::Interest> interests) {
  if (!has_terminal_ || is_ours_) {
    sys::wait_for(interests);
    return;
  }
  sys::wait_for(interests, look_for_foreground);
  if (!sys::is_background_on(standard_input)) {
    enter();
  }
}

bool TerminalRelay::relay_once(std::initializer_list<int> others) {
  std::array<sys::Interest, 3 + most_others> interests = {
      {{standard_input, is_ours_ && !input_ended_ && to_program_.empty()},
       {pty_.master.get(), to_user_.empty(), !to_program_.empty()},
       {output(), false, !to_user_.empty()}}};
  const auto called = std::span(interests).last(most_others);
  std::transform(others.begin(), others.end(), called.begin(), [](int other) {
    return sys::Interest{other, true};
  });
  wait(interests);
  const auto& input = interests[0];
  const auto& master = interests[1];
  const auto& screen = interests[2];
  if (master.may_write) {
    to_program_.empty_into(pty_.master.get());
  }
  if (screen.may_write) {
    move_output();
  }
  if (input.may_read) {
    take_input();
  }
  if (master.may_read && !is_passing(to_user_.fill_from(pty_.master.get()))) {
    hang_up();
  }
  return std::any_of(
      called.begin(), called.end(), [](const sys::Interest& other) { return other.may_read; });
}

void TerminalRelay::relay_until_readable(std::initializer_list<int> others) {
  while (!relay_once(others)) {
  }
}

void TerminalRelay::drain() {
  pty_.slave.reset();
  show_all();
}

void TerminalRelay::show_all() {
  for (int round = 0; pty_.master && round < most_rounds; ++round) {
    if (to_user_.empty() && to_user_.fill_from(pty_.master.get()) != 0) {
      return;
    }
    sys::Interest screen{output(), false, true};
    if (!sys::wait_for(std::span(&screen, 1), patience)) {
      return;
    }
    move_output();
  }
}

}  // namespace nsplay::ops
