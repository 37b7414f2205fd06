#include "nsplay/render/inspect_view.h"

#include <cstdlib>
#include <ctime>

#include <gmock/gmock.h>

#include "nsplay/base/text.h"

#include "render/reports.h"

namespace nsplay::render {
namespace {

using test::full_report;
using test::namespace_report;
using test::unreadable_report;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr Style plain = {Colour::never};
constexpr Style coloured = {Colour::always};

/// The view shows local time.
class InspectView : public testing::Test {
 protected:
  InspectView() {
    ::setenv("TZ", "UTC0", 1);  // NOLINT(concurrency-mt-unsafe): no thread runs yet
    ::tzset();
  }
};

constexpr const char* uname_of_full =
    "UNAME                HERE    THERE\n"
    "sysname     same     Linux   Linux\n"
    "nodename    differs  myhost  x\n"
    "release     same     6.18.0  6.18.0\n"
    "version     same     #1 SMP  #1 SMP\n"
    "machine     same     x86_64  x86_64\n"
    "domainname  same     (none)  (none)\n";

TEST_F(InspectView, ShowsProcessNamespacesAndUname) {
  EXPECT_EQ(inspect_text(full_report(), plain),
            std::string("process  4711\n"
                        "command  sleep 200\n"
                        "user     ann (uid 1000)\n"
                        "started  2023-11-14 22:13:20\n"
                        "\n"
                        "NAMESPACE            ID     HERE   OWNER                       PARENT\n"
                        "cgroup:[4026531835]  5      same   user:[4026531837] uid 0     -\n"
                        "ipc:[4026531839]     4098   same   user:[4026531837] uid 0     -\n"
                        "mnt:[4026531832]     4      same   user:[4026531837] uid 0     -\n"
                        "net:[4026531833]     3      same   user:[4026531837] uid 0     -\n"
                        "pid:[4026532200]     18610  other  user:[4026532201] uid 1000  "
                        "pid:[4026531836]\n"
                        "time:[4026531834]    2      same   user:[4026531837] uid 0     -\n"
                        "user:[4026532201]    18611  other  user:[4026531837] uid 0     "
                        "user:[4026531837]\n"
                        "uts:[4026532178]     18609  other  user:[4026531837] uid 0     -\n"
                        "\n") +
                uname_of_full);
}

TEST_F(InspectView, ShowsTheContainer) {
  ops::InspectReport report = full_report();
  const auto text_with = [&](const target::Container& container) {
    report.process->container = container;
    return inspect_text(report, plain);
  };
  const std::string id(64, 'a');
  EXPECT_THAT(text_with({"podman", "web", id}),
              HasSubstr("\ncontainer  podman:web id " + id + "\n"));
  EXPECT_THAT(text_with({"runc", "web", "web"}), HasSubstr("\ncontainer  runc:web\n"));
  EXPECT_THAT(text_with({"lxc", "a\x1b[2J", ""}), HasSubstr("\ncontainer  lxc:a\\x1b[2J\n"));
}

TEST_F(InspectView, SaysWhyNothingCanBeReadAndGivesTheHintOnce) {
  EXPECT_EQ(inspect_text(unreadable_report(), plain),
            "process  4711\n"
            "command  sleep 200\n"
            "user     ann (uid 1000)\n"
            "started  2023-11-14 22:13:20\n"
            "\n"
            "NAMESPACE  ID  HERE  OWNER              PARENT\n"
            "cgroup     ?   ?     Permission denied\n"
            "ipc        ?   ?     Permission denied\n"
            "mnt        ?   ?     Permission denied\n"
            "net        ?   ?     Permission denied\n"
            "pid        ?   ?     Permission denied\n"
            "time       ?   ?     Permission denied\n"
            "user       ?   ?     Permission denied\n"
            "uts        ?   ?     Permission denied\n"
            "\n"
            "UNAME       HERE    THERE\n"
            "sysname     Linux   ?\n"
            "nodename    myhost  ?\n"
            "release     6.18.0  ?\n"
            "version     #1 SMP  ?\n"
            "machine     x86_64  ?\n"
            "domainname  (none)  ?\n"
            "the uname there cannot be read: open /proc/4711/ns/uts: Permission denied\n"
            "\n"
            "hint: process 4711 belongs to root (uid 0) and you are ann (uid 1000)\n");
}

TEST_F(InspectView, ShowsOneNamespaceWithoutProcess) {
  EXPECT_EQ(inspect_text(namespace_report(ns::Kind::net), plain),
            "NAMESPACE         ID     HERE   OWNER                    PARENT\n"
            "net:[4026532178]  18609  other  user:[4026531837] uid 0  -\n");
}

TEST_F(InspectView, ShowsTheUnameOfAUtsNamespace) {
  EXPECT_EQ(inspect_text(namespace_report(ns::Kind::uts), plain),
            std::string("NAMESPACE         ID     HERE   OWNER                    PARENT\n"
                        "uts:[4026532178]  18609  other  user:[4026531837] uid 0  -\n"
                        "\n") +
                uname_of_full);
}

TEST_F(InspectView, CountsProcessesOnDemand) {
  ops::InspectReport report = namespace_report(ns::Kind::net);
  report.namespaces[0].view->processes = 12;
  report.unreadable_processes = 3;
  EXPECT_EQ(inspect_text(report, plain),
            "NAMESPACE         ID     HERE   OWNER                    PARENT  PROCESSES\n"
            "net:[4026532178]  18609  other  user:[4026531837] uid 0  -       12\n"
            "not counted, as you may not look at them: 3\n");
}

TEST_F(InspectView, SaysWhatIsOutOfSightOrUnknown) {
  ops::InspectReport report = namespace_report(ns::Kind::pid);
  ops::NamespaceView& view = *report.namespaces[0].view;
  view.ref.id.reset();
  view.owner = fail(Error::of(EPERM, "NS_GET_USERNS", "pid"));
  view.parent = fail(Error::of(EPERM, "NS_GET_PARENT", "pid"));
  EXPECT_EQ(inspect_text(report, plain),
            "NAMESPACE         ID  HERE   OWNER         PARENT\n"
            "pid:[4026532178]  -   other  out of sight  out of sight\n");
}

TEST_F(InspectView, ShowsNoOwnerOfTheInitialUserNamespace) {
  ops::InspectReport report = namespace_report(ns::Kind::user);
  report.namespaces[0].view->owner = std::nullopt;
  EXPECT_THAT(inspect_text(report, plain),
              HasSubstr("user:[4026532178]  18609  other  -      -\n"));
}

TEST_F(InspectView, NamesAZombie) {
  ops::InspectReport report = full_report();
  report.process->state = 'Z';
  report.process->command = "";
  EXPECT_THAT(inspect_text(report, plain),
              StartsWith("process  4711 (zombie)\ncommand  [sleep]\n"));
}

TEST_F(InspectView, ShowsAUserWithoutName) {
  ops::InspectReport report = full_report();
  report.process->user.reset();
  EXPECT_THAT(inspect_text(report, plain), HasSubstr("\nuser     uid 1000\n"));
}

TEST_F(InspectView, EmphasisesOnlyTheLinesThatDiffer) {
  const std::string text = inspect_text(full_report(), coloured);
  EXPECT_THAT(text, HasSubstr("\n\x1b[1mnodename    differs  myhost  x\x1b[0m\nrelease"));
  std::size_t escapes = 0;
  for (const char byte : text) {
    escapes += byte == '\x1b' ? 1 : 0;
  }
  EXPECT_EQ(escapes, 2U);
}

TEST_F(InspectView, EmphasisesTheFirstAndTheLastLineToo) {
  ops::InspectReport report = full_report();
  report.target_uname = sys::Uname{"X", "x", "6.18.0", "#1 SMP", "x86_64", "d"};
  const std::string text = inspect_text(report, coloured);
  EXPECT_THAT(text, HasSubstr("THERE\n\x1b[1msysname     differs  Linux   X\x1b[0m\n"));
  EXPECT_THAT(text, HasSubstr("\n\x1b[1mdomainname  differs  (none)  d\x1b[0m\n"));
}

TEST_F(InspectView, HasNoEscapeWithoutColour) {
  EXPECT_THAT(inspect_text(full_report(), plain), Not(HasSubstr("\x1b")));
}

TEST_F(InspectView, IsTheSameButForColour) {
  ops::InspectReport report = full_report();
  report.target_uname = report.caller_uname;
  EXPECT_EQ(inspect_text(report, coloured), inspect_text(report, plain));
}

TEST_F(InspectView, ShowsHostileTextHarmlessly) {
  ops::InspectReport report = full_report();
  report.process->command = "evil\n\x1b[2Jprocess  1";
  report.process->user = "ann\x1b]0;root\x07";
  report.target_uname->value().nodename = "x\x1b[31m\nfake";
  report.caller_uname.domainname = "\xc2\x9b\xe2\x80\xae\xe2\x80\xac\xff";
  const std::string text = inspect_text(report, plain);
  EXPECT_THAT(text, HasSubstr("\ncommand  evil\\n\\x1b[2Jprocess  1\n"));
  EXPECT_THAT(text, HasSubstr("\nuser     ann\\x1b]0;root\\x07 (uid 1000)\n"));
  EXPECT_THAT(text, HasSubstr("  x\\x1b[31m\\nfake\n"));
  EXPECT_THAT(text, HasSubstr("\\xc2\\x9b\\xe2\\x80\\xae\\xe2\\x80\\xac\\xff  (none)\n"));
  EXPECT_EQ(split(text, '\n').size(), split(inspect_text(full_report(), plain), '\n').size());
}

TEST_F(InspectView, ShowsAHostileCommHarmlessly) {
  ops::InspectReport report = full_report();
  report.process->command = "";
  report.process->comm = "a) b\n\x1b[2J";
  EXPECT_THAT(inspect_text(report, plain), HasSubstr("\ncommand  [a) b\\n\\x1b[2J]\n"));
}

TEST_F(InspectView, ShowsHostileErrorsHarmlessly) {
  ops::InspectReport report = full_report();
  const Error error = Error::of(0, "read \x1b[2J", "").with_hint("ask \x1b[2J");
  report.namespaces[7].view = fail(error);
  report.target_uname = fail(error);
  EXPECT_THAT(inspect_text(report, plain), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace nsplay::render
