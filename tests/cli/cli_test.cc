#include "cli/cli_test.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "nsplay/base/text.h"

#include "support/must.h"
#include "support/pipes.h"

namespace nsplay::test {
namespace {

constexpr std::string_view error_prefix = "nsplay: ";
constexpr std::string_view hint_prefix = "hint: ";

/// The form that every failure has; the lines without their prefixes.
struct Message {
  std::string error;
  std::string hint;
};

testing::AssertionResult split_message(const RunResult& result, Message& message) {
  const auto lines = split(result.err, '\n');
  const bool has_form = (lines.size() == 2 || lines.size() == 3) && lines.back().empty() &&
                        lines[0].starts_with(error_prefix) &&
                        (lines.size() == 2 || lines[1].starts_with(hint_prefix));
  if (!has_form || !result.out.empty()) {
    return testing::AssertionFailure() << "not one error line and at most one hint: " << result;
  }
  message.error = lines[0].substr(error_prefix.size());
  message.hint = lines.size() == 3 ? lines[1].substr(hint_prefix.size()) : "";
  return is_harmless(result.err);
}

}  // namespace

std::string note_for_caller() {
  return ::geteuid() == 0
             ? ""
             : "nsplay: note: you lack CAP_SYS_ADMIN: added a user namespace, in which "
               "you are root\n";
}

std::string own_nodename() {
  utsname names = {};
  ::uname(&names);
  return names.nodename;
}

Subprocess create_detached(const Words& options) {
  Words words{"create", "-d"};
  words.insert(words.end(), options.begin(), options.end());
  const RunResult result = run_nsplay(words);
  EXPECT_EQ(result.status, 0) << result;
  return Subprocess(leading_pid(result.out));
}

pid_t leading_pid(std::string_view text) {
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  EXPECT_GT(pid, 0) << "no pid: " << text;
  return pid;
}

pid_t read_pid_of_child(PipeReader& story) {
  return leading_pid(story.read_line_after("clone() returned "));
}

testing::AssertionResult fails_with(const RunResult& result, const ExpectedFailure& expected) {
  Message message;
  if (auto form = split_message(result, message); !form) {
    return form;
  }
  const bool has_hint = expected.hint.empty()
                            ? message.hint.empty()
                            : message.hint.find(expected.hint) != std::string::npos;
  if (result.status == expected.status && message.error == expected.error && has_hint) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << result << "expected status " << expected.status << ":\n"
                                     << expected.error << "\n"
                                     << expected.hint;
}

testing::AssertionResult fails_between(const RunResult& result,
                                       int status,
                                       std::string_view beginning,
                                       std::string_view cause) {
  Message message;
  if (auto form = split_message(result, message); !form) {
    return form;
  }
  if (result.status == status && message.error.starts_with(beginning) &&
      message.error.ends_with(cause)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << result << "expected status " << status << ":\n"
                                     << beginning << "…" << cause;
}

testing::AssertionResult is_harmless(std::string_view text) {
  constexpr std::size_t excerpt = 40;
  unsigned char previous = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_control = (byte < 0x20 && byte != '\n') || byte == 0x7f;
    const bool is_c1_control = previous == 0xc2 && byte >= 0x80 && byte <= 0x9f;
    if (is_control || is_c1_control) {
      return testing::AssertionFailure()
             << "the control character " << int{byte} << " after "
             << testing::PrintToString(
                    std::string(text.substr(i - std::min(i, excerpt), std::min(i, excerpt))));
    }
    previous = byte;
  }
  return testing::AssertionSuccess();
}

Words words_with_injections(const Words& injections, const Words& arguments, const Words& paths) {
  Words words = {
      "strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-E", "ASAN_OPTIONS=detect_leaks=0"};
  for (const std::string& path : paths) {
    words.insert(words.end(), {"-P", path});
  }
  std::string calls;
  for (const std::string& injection : injections) {
    words.insert(words.end(), {"-e", "inject=" + injection});
    calls += (calls.empty() ? "" : ",") + injection.substr(0, injection.find(':'));
  }
  words.insert(words.end(), {"-e", "trace=" + calls, nsplay_path()});
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

RunResult run_words(const Words& words, const RunOptions& options) {
  PipeEnds out = open_pipe();
  PipeEnds err = open_pipe();
  Subprocess program(words, options, {.out = out.write_end.get(), .err = err.write_end.get()});
  out.write_end.reset();
  err.write_end.reset();
  RunResult result;
  result.out = PipeReader(std::move(out.read_end)).read_rest();
  result.err = PipeReader(std::move(err.read_end)).read_rest();
  result.status = program.wait();
  return result;
}

void write_to_full_disk() {
  const sys::UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  must(::dup2(full.get(), STDOUT_FILENO) == STDOUT_FILENO, "/dev/full as stdout");
}

void write_to_closed_pipe() {
  PipeEnds ends = open_pipe();
  must(::dup2(ends.write_end.get(), STDOUT_FILENO) == STDOUT_FILENO, "a pipe as stdout");
}

MountedNamespace::MountedNamespace(pid_t pid, ns::Kind kind, const std::string& file)
    : path_(directory_.file(file, "", 0644)) {
  const std::string source = "/proc/" + std::to_string(pid) + "/" + ns::info_of(kind).proc_path;
  EXPECT_EQ(::mount(source.c_str(), path_.c_str(), nullptr, MS_BIND, nullptr), 0);
}

MountedNamespace::~MountedNamespace() {
  EXPECT_EQ(::umount2(path_.c_str(), MNT_DETACH), 0);
}

}  // namespace nsplay::test
