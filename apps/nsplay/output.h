#pragma once

// The only place that writes to stdout and stderr.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/error.h"
#include "nsplay/base/result.h"
#include "nsplay/ops/narration.h"
#include "nsplay/render/style.h"

namespace nsplay::app {

/// All of it, or why not: a full disk must not look like success.
Result<> write_stdout(std::string_view text);

/// The document of a command that failed, whose error goes to stderr all the same.
void write_failure(std::string_view document);

/// "nsplay: …", and "hint: …" when there is one.
void print_error(const Error& error);

/// "nsplay: note: …", one line each.
void print_notes(const std::vector<std::string>& notes);

/// The note that so many processes could not be looked at, if there are any.
void print_unreadable(std::size_t processes);

/// "nsplay: narrate: …", one line.
void print_narrated(const ops::Narrated& narrated);

/// Plain text to stderr.
void write_stderr(std::string_view text);

/// Whether somebody reads along.
bool stderr_is_terminal();

/// Colour only on a terminal, never with NO_COLOR; UTF-8 only in a locale that has it, locale(7).
render::Style stdout_style();

/// The columns of the terminal. Empty: stdout is none, or it does not say.
std::optional<std::size_t> stdout_width();

}  // namespace nsplay::app
