#include "kernel/emulated_listns.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <future>
#include <thread>
#include <utility>

#include "nsplay/sys/kernel_abi.h"

#include "support/must.h"

namespace nsplay::test {
namespace {

namespace abi = sys::abi;

/// In this thread, for ever; the other end of it.
sys::UniqueFd ask_about_listns() {
  constexpr auto listns = static_cast<std::uint32_t>(abi::sys_listns);
  std::array<sock_filter, 5> filter = {
      sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 1, 0, listns},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_open_by_handle_at},
      sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF},
      sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  const sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
  must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
  sys::UniqueFd listener(static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program)));
  must(static_cast<bool>(listener), "SECCOMP_FILTER_FLAG_NEW_LISTENER");
  return listener;
}

/// An argument that points to something: the thread that calls has this one's memory.
template <typename Value>
Value* pointer_in(const seccomp_notif& call, std::size_t argument) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): so the kernel hands it over
  return reinterpret_cast<Value*>(call.data.args[argument]);
}

void reply(const sys::UniqueFd& listener, const seccomp_notif& call, std::int64_t value) {
  seccomp_notif_resp answer = {call.id, value, 0, 0};
  must(::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0, "answer");
}

void reply_error(const sys::UniqueFd& listener, const seccomp_notif& call, int errnum) {
  seccomp_notif_resp answer = {call.id, 0, -errnum, 0};
  must(::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0, "answer with an error");
}

void reply_file(const sys::UniqueFd& listener,
                const seccomp_notif& call,
                const sys::UniqueFd& file) {
  seccomp_notif_addfd answer = {};
  answer.id = call.id;
  answer.flags = SECCOMP_ADDFD_FLAG_SEND;
  answer.srcfd = static_cast<std::uint32_t>(file.get());
  answer.newfd_flags = O_CLOEXEC;
  must(::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_ADDFD, &answer) >= 0, "answer with a file");
}

/// Of a handle in nsfs that has an id and nothing else; 0: it is another one.
std::uint64_t id_in(const seccomp_notif& call) {
  const auto* handle = pointer_in<const file_handle>(call, 1);
  std::array<std::uint64_t, 2> words = {};
  if (static_cast<int>(call.data.args[0]) != abi::fd_nsfs_root ||
      handle->handle_type != abi::nsfs_handle_type || handle->handle_bytes != sizeof words) {
    return 0;
  }
  std::memcpy(words.data(), handle->f_handle, sizeof words);
  return words[1] == 0 ? words[0] : 0;
}

}  // namespace

void EmulatedListns::add(std::uint64_t id, ns::Kind kind, sys::UniqueFd file) {
  namespaces_[id] = {kind, std::move(file), 0};
}

void EmulatedListns::add_closed(std::uint64_t id, ns::Kind kind, int errnum) {
  namespaces_[id] = {kind, {}, errnum};
}

Result<ops::ListReport> EmulatedListns::list(const ops::ListRequest& request) {
  std::promise<sys::UniqueFd> listener;
  Result<ops::ListReport> report;
  std::thread asking([&] {
    listener.set_value(ask_about_listns());
    report = ops::list(request);
  });
  answer_all(listener.get_future().get());
  asking.join();
  return report;
}

/// Until everybody who may call has ended.
void EmulatedListns::answer_all(const sys::UniqueFd& listener) {
  pollfd set = {listener.get(), POLLIN, 0};
  while (::poll(&set, 1, -1) == 1 && (set.revents & POLLHUP) == 0) {
    seccomp_notif call = {};
    must(::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &call) == 0, "receive a call");
    answer(listener, call);
  }
}

void EmulatedListns::answer(const sys::UniqueFd& listener, const seccomp_notif& call) {
  if (call.data.nr == abi::sys_listns) {
    answer_listns(listener, call);
  } else {
    answer_opening(listener, call);
  }
}

void EmulatedListns::answer_listns(const sys::UniqueFd& listener, const seccomp_notif& call) {
  ++calls_;
  const auto* request = pointer_in<const abi::NamespaceIdRequest>(call, 0);
  const bool is_sound = request->size == sizeof *request && request->spare == 0 &&
                        request->spare2 == 0 && call.data.args[3] == 0;
  if (refusal_ || !is_sound) {
    reply_error(listener, call, refusal_.value_or(EINVAL));
    return;
  }
  const auto ids = ids_for(repeats_itself_ ? 0 : request->after, request->types);
  if (ids.empty() && request->after != 0) {
    reply_error(listener, call, ENOENT);
    return;
  }
  const auto count = std::min<std::size_t>({ids.size(), page_size_, call.data.args[2]});
  std::copy_n(ids.begin(), count, pointer_in<std::uint64_t>(call, 1));
  reply(listener, call, static_cast<std::int64_t>(count));
}

void EmulatedListns::answer_opening(const sys::UniqueFd& listener, const seccomp_notif& call) {
  const std::uint64_t id = id_in(call);
  opened_.push_back(id);
  const auto found = namespaces_.find(id);
  if (found == namespaces_.end() || !found->second.file) {
    reply_error(listener, call, found == namespaces_.end() ? ESTALE : found->second.errnum);
  } else {
    reply_file(listener, call, found->second.file);
  }
}

std::vector<std::uint64_t> EmulatedListns::ids_for(std::uint64_t after, std::uint32_t types) const {
  std::vector<std::uint64_t> ids;
  for (auto next = namespaces_.upper_bound(after); next != namespaces_.end(); ++next) {
    if (types == 0 || (ns::info_of(next->second.kind).clone_flag & types) != 0) {
      ids.push_back(next->first);
    }
  }
  return ids;
}

}  // namespace nsplay::test
