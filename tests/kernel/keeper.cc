#include "kernel/keeper.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "support/must.h"
#include "support/processes.h"

namespace nsplay::test {
namespace {

using ns::Kind;

/// Runs in a process that shares its descriptors with the keeper, and is in the namespace.
[[noreturn]] void open_socket_in_new_net(int pipe) {
  unshare_or_end(with_privilege_for({Kind::net}));
  must(::socket(AF_UNIX, SOCK_DGRAM, 0) >= 0, "socket");
  const std::uint64_t inode = namespace_inode(::getpid(), Kind::net);
  must(::write(pipe, &inode, sizeof inode) == sizeof inode, "tell the inode");
  ::_exit(0);
}

void keep_socket_of_new_net(int pipe) {
  const auto child = static_cast<pid_t>(::syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0));
  must(child >= 0, "clone");
  if (child == 0) {
    open_socket_in_new_net(pipe);
  }
  int status = 0;
  must(::waitpid(child, &status, 0) == child && status == 0, "make a socket elsewhere");
}

std::uint64_t receive_inode(int pipe) {
  std::uint64_t inode = 0;
  must(::read(pipe, &inode, sizeof inode) == sizeof inode, "receive the inode");
  return inode;
}

}  // namespace

void keep_by_descriptor(int descriptor) {
  must(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0) >= 0, "fcntl");
}

void keep_by_message(int descriptor) {
  std::array<int, 2> ends = {};
  must(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0, "socketpair");
  char byte = 0;
  iovec text = {&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space = {};
  msghdr message = {};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  must(::sendmsg(ends[0], &message, 0) == 1, "sendmsg");
}

Keep keep_by_mount(std::string directory, std::string file) {
  return [directory = std::move(directory), file = std::move(file)](int descriptor) {
    must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
    must(::mount("tmpfs", directory.c_str(), "tmpfs", 0, nullptr) == 0, "mount a tmpfs");
    const std::string path = directory + "/" + file;
    must(::mknod(path.c_str(), S_IFREG | 0600, 0) == 0, "mknod");
    const std::string source = "/proc/self/fd/" + std::to_string(descriptor);
    must(::mount(source.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0, "bind");
  };
}

Keeper::Keeper(Kind kind, ns::KindSet of_keeper, const Keep& keep) {
  const ChildInNamespaces target(with_privilege_for({kind}));
  inode_ = namespace_inode(target.pid(), kind);
  descriptor_ = sys::UniqueFd(::open(target.namespace_file(kind).c_str(), O_RDONLY | O_CLOEXEC));
  must(static_cast<bool>(descriptor_), "open the namespace");
  process_.emplace(TargetOptions{.kinds = of_keeper, .inside = [&] {
                                   keep(descriptor_.get());
                                   descriptor_.reset();
                                 }});
  descriptor_.reset();
}

SocketKeeper::SocketKeeper()
    : process_({.kinds = {}, .inside = [this] { keep_socket_of_new_net(pipe_.write_end.get()); }}),
      inode_(receive_inode(pipe_.read_end.get())) {}

}  // namespace nsplay::test
