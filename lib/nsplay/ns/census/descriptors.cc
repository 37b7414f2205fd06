#include "nsplay/ns/census/descriptors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/found_namespaces.h"
#include "nsplay/ns/census/sockets.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/glance.h"
#include "nsplay/sys/process.h"

namespace nsplay::ns {
namespace {

using NameText = std::array<char, 24>;

NameText name_of_descriptor(int descriptor) {
  NameText text = {};
  fmt::format_to_n(text.data(), text.size() - 1, "{}", descriptor);
  return text;
}

enum class Sockets { skip, ask };

/// What one thread does.
class DescriptorScanner {
 public:
  DescriptorScanner(const Inventory& known,
                    Sockets sockets,
                    const OwnSockets& own_sockets,
                    const sys::UniqueFd& proc,
                    std::uint64_t nsfs_device)
      : sockets_(sockets),
        proc_(&proc),
        device_(nsfs_device),
        socket_look_(own_sockets),
        found_(known) {}

  void look_at(pid_t pid) {
    const auto process =
        sys::open_quietly(*proc_, fmt::format("{}", pid).c_str(), O_PATH | O_DIRECTORY).file;
    const auto directory = sys::open_quietly(process, "fd", O_RDONLY | O_DIRECTORY);
    found_.note(directory.errnum);
    const auto descriptors = sys::numeric_entries(directory.file, "");
    pid_ = pid;
    socket_look_.begin_process(pid, process);
    for (std::size_t i = 0; descriptors && i < descriptors->size(); ++i) {
      look_at_descriptor(directory.file, (*descriptors)[i]);
    }
  }

  FoundNamespaces& found() noexcept { return found_; }

 private:
  void look_at_descriptor(const sys::UniqueFd& directory, int descriptor) {
    const NameText name = name_of_descriptor(descriptor);
    const sys::FileGlance glance = sys::glance_at_file(directory, name.data());
    if (glance.errnum != 0) {
      return;
    }
    if (glance.device == device_) {
      add_open_file(directory, name.data(), {HolderType::descriptor, pid_, descriptor});
    } else if (glance.is_socket && sockets_ == Sockets::ask) {
      socket_look_.look_at(glance.inode, descriptor, found_);
    }
  }

  /// What was opened is believed: the descriptor may be another one by now.
  void add_open_file(const sys::UniqueFd& directory,
                     const char* name,
                     const OpenDescriptor& descriptor) {
    const auto opening = sys::open_quietly(directory, name, O_PATH);
    found_.note(opening.errnum);
    const auto opened = sys::glance_at_file(opening.file, "");
    if (opened.errnum != 0 || opened.device != device_) {
      return;
    }
    if (!found_.is_held(opened.inode)) {
      found_.hold(open_namespace_place(opening.file, "a descriptor"));
    }
    if (found_.is_held(opened.inode)) {
      found_.add(opened.inode, descriptor);
    }
  }

  Sockets sockets_;
  const sys::UniqueFd* proc_;
  std::uint64_t device_;
  SocketLook socket_look_;
  FoundNamespaces found_;
  pid_t pid_ = 0;  ///< of the process that is looked at
};

/// Empty: nobody asked for one of this kind.
std::optional<std::size_t> entry_of(Inventory& inventory,
                                    std::uint64_t inode,
                                    FoundNamespace& found,
                                    KindSet kinds) {
  if (!found.handle) {
    return inventory.find(inode);
  }
  return kinds.contains(found.handle->kind())
             ? std::optional(inventory.index_of(*std::move(found.handle)))
             : std::nullopt;
}

enum class Notes { count, each };

void add_to(CensusEntry& entry, const FoundNamespace& found, Notes notes) {
  for (const auto& [type, pid, descriptor] : found.descriptors) {
    ++(type == HolderType::socket ? entry.attendance.sockets : entry.attendance.descriptors);
    entry.attendance.other = lower_pid(entry.attendance.other, pid);
    if (notes == Notes::each) {
      entry.holders.push_back({type, pid, pid, descriptor, {}, {}});
    }
  }
}

void add_found(Inventory& inventory,
               FoundNamespaces& namespaces,
               KindSet kinds,
               const std::vector<NamespaceRef>& watched) {
  for (auto& [inode, found] : namespaces.by_inode()) {
    const bool is_watched =
        std::any_of(watched.begin(), watched.end(), [inode = inode](const NamespaceRef& ref) {
          return ref.inode == inode;
        });
    if (const auto index = entry_of(inventory, inode, found, kinds)) {
      add_to(inventory.entries()[*index], found, is_watched ? Notes::each : Notes::count);
    }
  }
}

}  // namespace

Result<> add_descriptors(Inventory& inventory,
                         KindSet kinds,
                         const std::vector<NamespaceRef>& watched,
                         const OnProgress& on_progress) {
  auto pids = TRY(procfs::list_processes());
  std::erase(pids, sys::own_pid());
  const sys::UniqueFd proc = TRY(sys::open_file("/proc", O_PATH | O_DIRECTORY));
  const NamespaceHandle own = TRY(open_namespace_file(own_namespace_path(Kind::uts)));
  const Sockets sockets = kinds.contains(Kind::net) ? Sockets::ask : Sockets::skip;
  const OwnSockets own_sockets = sockets == Sockets::ask ? OwnSockets::read() : OwnSockets();
  std::vector<DescriptorScanner> scanners;
  for (std::size_t i = number_of_scanners(pids.size()); i > 0; --i) {
    scanners.emplace_back(inventory, sockets, own_sockets, proc, own.identity().device);
  }
  look_at_all(scanners, pids, on_progress);
  for (DescriptorScanner& scanner : scanners) {
    if (const int failure = scanner.found().failure()) {
      return fail(no_descriptor(failure));
    }
    add_found(inventory, scanner.found(), kinds, watched);
  }
  return {};
}

}  // namespace nsplay::ns
