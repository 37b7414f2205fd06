#include "output.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/ops/program.h"
#include "nsplay/render/narration.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/terminal.h"

namespace nsplay::app {
namespace {

constexpr int stdout_number = 1;
constexpr int stderr_number = 2;

/// What of a locale's name, locale(7), as "de_DE.utf8@euro" tells the character set. setlocale(3)
/// would know only those that are installed, and none in a static binary.
bool has_utf8(std::string_view locale) {
  const auto dot = locale.find('.');
  std::string codeset;
  for (const char letter : locale.substr(std::min(dot, locale.size()), locale.find('@') - dot)) {
    if (letter != '.' && letter != '-') {
      codeset += static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
    }
  }
  return codeset == "utf8";
}

render::Charset charset_of(const ops::Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = ops::variable(environment, name);
    if (!locale.empty()) {
      return has_utf8(locale) ? render::Charset::utf8 : render::Charset::ascii;
    }
  }
  return render::Charset::ascii;
}

}  // namespace

Result<> write_stdout(std::string_view text) {
  return sys::write_fully(stdout_number, text, "standard output");
}

void write_failure(std::string_view document) {
  // The command has failed anyhow, and that is what the user is told.
  static_cast<void>(write_stdout(document));
}

void write_stderr(std::string_view text) {
  // Where stderr is gone there is nobody left to tell.
  static_cast<void>(sys::write_fully(stderr_number, text, "standard error"));
}

void print_error(const Error& error) {
  write_stderr(fmt::format("nsplay: {}\n", escape_for_terminal(error.message(), Backslash::keep)));
  if (!error.hint.empty()) {
    write_stderr(fmt::format("hint: {}\n", escape_for_terminal(error.hint, Backslash::keep)));
  }
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    write_stderr(fmt::format("nsplay: note: {}\n", escape_for_terminal(note, Backslash::keep)));
  }
}

void print_unreadable(std::size_t processes) {
  if (processes > 0) {
    print_notes({fmt::format("processes that you may not look at are not counted: {}", processes)});
  }
}

void print_narrated(const ops::Narrated& narrated) {
  write_stderr(fmt::format("nsplay: narrate: {}\n", render::narrated_line(narrated)));
}

bool stderr_is_terminal() {
  return sys::is_terminal(stderr_number);
}

render::Style stdout_style() {
  const ops::Environment environment = sys::own_environment();
  const bool wanted = ops::variable(environment, "NO_COLOR").empty() &&
                      ops::variable(environment, "TERM") != "dumb";
  const bool colour = wanted && sys::is_terminal(stdout_number);
  return {colour ? render::Colour::always : render::Colour::never, charset_of(environment)};
}

std::optional<std::size_t> stdout_width() {
  return sys::columns_of(stdout_number);
}

}  // namespace nsplay::app
