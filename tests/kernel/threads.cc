#include "kernel/threads.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;

void send_tid(int pipe) {
  const pid_t tid = ::gettid();
  must(::write(pipe, &tid, sizeof tid) == sizeof tid, "send the thread's number");
}

pid_t receive_tid(int pipe) {
  pid_t tid = 0;
  must(::read(pipe, &tid, sizeof tid) == sizeof tid, "receive the thread's number");
  return tid;
}

void run_thread(int pipe) {
  unshare_or_end({Kind::uts});
  send_tid(pipe);
  for (;;) {
    ::pause();
  }
}

void end_this_thread(int /*signal*/) {
  ::syscall(SYS_exit, 0);
}

}  // namespace

TargetWithThread::TargetWithThread()
    : target_({.kinds = with_privilege_for({}),
               .inside =
                   [this] {
                     ::signal(SIGUSR1, &end_this_thread);
                     std::thread([this] { run_thread(pipe_.write_end.get()); }).detach();
                   }}),
      thread_(receive_tid(pipe_.read_end.get())) {}

void TargetWithThread::end_leader() const {
  const pid_t leader = target_.pid();
  must(::syscall(SYS_tgkill, leader, leader, SIGUSR1) == 0, "tgkill");
  must(eventually([&] { return stat_field(leader, 3) == "Z"; }), "end the leader");
}

}  // namespace nsplay::test
