#include "nsplay/ops/network_programs.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/sys/credentials.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

constexpr const char* tun_device = "/dev/net/tun";

constexpr const char* interface_name = "tap0";

/// Without its ways in, and without those from the loopback inside to the one outside, which
/// slirp4netns does not have either. The net namespace comes as stdin: root's pasta gives
/// capabilities up before it opens namespaces, and may not look into a process of root any more.
NetworkCall call_of_pasta(const NetworkPlace& place) {
  std::vector<std::string> words = {
      "pasta", "--foreground", "--quiet", "--config-net", "--ns-ifname", interface_name};
  words.insert(words.end(), {"-t", "none", "-u", "none", "-T", "none", "-U", "none"});
  words.insert(words.end(), {"--netns", "/proc/self/fd/0", "--no-netns-quit"});
  if (place.owner) {
    // Only an owner, or who has capabilities outside, may enter his user namespace. He may not look
    // at the child, which has been root, so that this namespace too comes as a file.
    words.insert(words.end(), {"--pid", "/proc/self/fd/2", "--userns", "/proc/self/fd/1"});
    words.insert(words.end(),
                 {"--runas", fmt::format("{}:{}", place.owner->uid, place.owner->gid)});
    return {ReadyStream::err, std::move(words)};
  }
  words.insert(words.end(), {"--pid", "/proc/self/fd/1"});
  if (place.user) {
    words.insert(words.end(), {"--userns", *place.user});
  } else {
    words.emplace_back("--netns-only");
  }
  if (sys::effective_uid() == 0) {
    words.insert(words.end(), {"--runas", "0:0"});  // nobody, whom it would become, may not enter
  }
  return {ReadyStream::out, std::move(words)};
}

NetworkCall call_of_slirp4netns(const NetworkPlace& place) {
  std::vector<std::string> words = {"slirp4netns", "--configure", "--mtu=65520", "--ready-fd=0"};
  if (place.user) {
    words.push_back("--userns-path=" + *place.user);
  }
  words.insert(words.end(), {"--netns-type=path", place.net, interface_name});
  return {ReadyStream::in, std::move(words)};
}

constexpr NetworkProgram programs[] = {
    {"pasta", &call_of_pasta},
    {"slirp4netns", &call_of_slirp4netns},
};

}  // namespace

std::span<const NetworkProgram> network_programs() noexcept {
  return programs;
}

std::string network_hint(std::string_view message) {
  if (message.find("External interface not usable") != std::string_view::npos) {
    return "pasta needs an interface with a default route outside: ip route add default via "
           "GATEWAY; slirp4netns, used where pasta is not installed, does without";
  }
  const auto tun = sys::open_file(tun_device, O_RDWR);
  if (tun) {
    return message.find("tun") == std::string_view::npos
               ? ""
               : "pasta opens the TUN device as the user that --owner names; as root run: chmod "
                 "666 /dev/net/tun";
  }
  const bool is_closed = tun.error().errnum == EACCES || tun.error().errnum == EPERM;
  return fmt::format("it needs a TUN device: {}; as root run: {}",
                     tun.error().message(),
                     is_closed ? "chmod 666 /dev/net/tun" : "modprobe tun");
}

}  // namespace nsplay::ops
