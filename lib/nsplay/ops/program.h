#pragma once

// From what the user wrote after "--" to what execve(2) is given. Everything is looked up before a
// namespace is crossed; which of the candidates exists is found out there.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/error.h"
#include "nsplay/ops/environment.h"
#include "nsplay/sys/execution.h"

namespace nsplay::ops {

/// A program by its path, or by its name along the PATH of the environment that it gets.
sys::Program find_program(const std::vector<std::string>& words, Environment environment);

/// $SHELL as the caller has it, /bin/bash, /bin/sh: the first that exists there.
sys::Program find_shell(std::string_view preferred, Environment environment);

/// Why the program could not be run, with the exit status that tells (126 or 127). `program` is
/// what the user wrote; none: a shell was looked for.
Error execution_error(const sys::ExecFailure& failure, std::optional<std::string_view> program);

/// Whether the error is such a one: all that comes before the execve(2) has gone well then.
bool is_of_program(const Error& error);

}  // namespace nsplay::ops
