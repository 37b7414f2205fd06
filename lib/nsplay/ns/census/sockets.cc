#include "nsplay/ns/census/sockets.h"

#include <utility>

#include "nsplay/sys/glance.h"
#include "nsplay/sys/process.h"
#include "nsplay/sys/socket_inodes.h"

namespace nsplay::ns {

OwnSockets OwnSockets::read() {
  const auto own = open_namespace_file(own_namespace_path(Kind::net));
  return own ? OwnSockets{sys::own_socket_inodes(), own->identity().inode} : OwnSockets();
}

void SocketLook::begin_process(pid_t pid, const sys::UniqueFd& process) noexcept {
  pid_ = pid;
  process_ = &process;
  pidfd_.reset();
  net_of_process_.reset();
}

void SocketLook::look_at(std::uint64_t socket, int descriptor, FoundNamespaces& found) {
  std::uint64_t net = own_->net;
  if (!own_->inodes.contains(socket)) {
    const auto [place, is_new] = nets_.try_emplace(socket, 0);
    if (is_new) {
      place->second = ask(descriptor, found);
    }
    net = place->second;
    if (net == 0) {
      // Another process that has the socket may be one that can be asked.
      nets_.erase(place);
      return;
    }
  }
  if (net != net_of_process() && found.is_held(net)) {
    found.add(net, {HolderType::socket, pid_, descriptor});
  }
}

/// The inode of a namespace that is held from now on; 0: it is not to be known.
std::uint64_t SocketLook::ask(int descriptor, FoundNamespaces& found) {
  auto opening = sys::open_net_of_socket(pidfd(), descriptor);
  found.note(opening.errnum);
  auto handle =
      opening.file ? NamespaceHandle::adopt(std::move(opening.file), Kind::net) : fail(Error{});
  if (!handle) {
    return 0;
  }
  const std::uint64_t inode = handle->identity().inode;
  if (!found.is_held(inode)) {
    found.hold(std::move(handle));
  }
  return inode;
}

/// Of the process whose directory is open, and of no other that has its number now.
const sys::UniqueFd& SocketLook::pidfd() {
  if (!pidfd_) {
    pidfd_ = sys::open_task(pid_, sys::TaskType::process).file;
    const bool is_same = sys::glance_at_file(*process_, "stat").errnum == 0;
    pidfd_ = is_same ? std::move(*pidfd_) : sys::UniqueFd();
  }
  return *pidfd_;
}

std::uint64_t SocketLook::net_of_process() {
  if (!net_of_process_) {
    net_of_process_ = sys::glance_at_link(*process_, info_of(Kind::net).proc_path).inode;
  }
  return *net_of_process_;
}

}  // namespace nsplay::ns
