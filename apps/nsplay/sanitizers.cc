// What the sanitizers read of the program itself, whatever environment it is run in: only in the
// presets that build with them.

// The names are those that the libraries look for.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)

namespace __gnu_cxx {
void __freeres();
}  // namespace __gnu_cxx

extern "C" {

// An error has a status of its own. Undefined behaviour is a trap, which is reported as such.
const char* __asan_default_options() {
  return "exitcode=99:handle_sigill=1";
}

// What only a global still leads to is a leak too: nothing of ours is kept in one, and to look
// through them takes longer than the program does.
const char* __lsan_default_options() {
  return "use_globals=0";
}
}

namespace {

/// The memory that the standard library keeps for exceptions is such a leak: given back at the end.
const struct ExceptionMemory {
  ExceptionMemory() = default;
  ExceptionMemory(const ExceptionMemory&) = delete;
  ExceptionMemory& operator=(const ExceptionMemory&) = delete;
  ~ExceptionMemory() { __gnu_cxx::__freeres(); }
} exception_memory;

}  // namespace

// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
