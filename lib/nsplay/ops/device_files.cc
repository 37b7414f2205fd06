#include "nsplay/ops/device_files.h"

namespace nsplay::ops {
namespace {

using sys::DeviceFiles;
using sys::Programs;

constexpr sys::FileSystemOption directory_options[] = {{"mode", "0755"}, {"size", "1m"}};
constexpr sys::FileSystemOption memory_options[] = {{"mode", "1777"}};
constexpr sys::FileSystemOption terminal_options[] = {{"ptmxmode", "0666"}, {"mode", "0620"}};

constexpr DeviceFile files[] = {
    {"/dev", DeviceKind::file_system, {.type = "tmpfs", .options = directory_options}},
    {"/dev/null"},
    {"/dev/zero"},
    {"/dev/full"},
    {"/dev/random"},
    {"/dev/urandom"},
    {"/dev/tty"},
    {"/dev/fd", DeviceKind::link, {}, "/proc/self/fd"},
    {"/dev/stdin", DeviceKind::link, {}, "/proc/self/fd/0"},
    {"/dev/stdout", DeviceKind::link, {}, "/proc/self/fd/1"},
    {"/dev/stderr", DeviceKind::link, {}, "/proc/self/fd/2"},
    {"/dev/pts",
     DeviceKind::file_system,
     {.type = "devpts", .options = terminal_options, .devices = DeviceFiles::useful}},
    {"/dev/ptmx", DeviceKind::link, {}, "pts/ptmx"},
    {"/dev/shm",
     DeviceKind::file_system,
     {.type = "tmpfs", .options = memory_options, .programs = Programs::useful}},
    {"/dev/mqueue", DeviceKind::ipc, {.type = "mqueue"}},
};

}  // namespace

std::span<const DeviceFile> device_files() noexcept {
  return files;
}

}  // namespace nsplay::ops
