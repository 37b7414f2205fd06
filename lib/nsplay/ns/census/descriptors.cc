#include "nsplay/ns/census/descriptors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/turns.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/glance.h"
#include "nsplay/sys/process.h"

namespace nsplay::ns {
namespace {

struct OpenDescriptor {
  HolderType type;
  pid_t pid;
  int descriptor;
};

/// A namespace, by its inode.
struct FoundNamespace {
  std::optional<NamespaceHandle> handle;  ///< empty where the inventory has it
  std::vector<OpenDescriptor> descriptors;
};

using FoundNamespaces = std::unordered_map<std::uint64_t, FoundNamespace>;

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
                    const sys::UniqueFd& proc,
                    std::uint64_t nsfs_device)
      : known_(&known), sockets_(sockets), proc_(&proc), device_(nsfs_device) {}

  void look_at(pid_t pid) {
    process_ = sys::open_quietly(*proc_, fmt::format("{}", pid).c_str(), O_PATH | O_DIRECTORY).file;
    const auto directory = sys::open_quietly(process_, "fd", O_RDONLY | O_DIRECTORY);
    note(directory.errnum);
    const auto descriptors = sys::numeric_entries(directory.file, "");
    pid_ = pid;
    pidfd_.reset();
    own_net_.reset();
    for (std::size_t i = 0; descriptors && i < descriptors->size(); ++i) {
      look_at_descriptor(directory.file, (*descriptors)[i]);
    }
  }

  FoundNamespaces& found() noexcept { return found_; }

  /// That of a descriptor that could not be had; 0: none.
  [[nodiscard]] int failure() const noexcept { return failure_; }

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
      add_socket(glance.inode, descriptor);
    }
  }

  /// What was opened is believed: the descriptor may be another one by now.
  void add_open_file(const sys::UniqueFd& directory, const char* name, OpenDescriptor descriptor) {
    const auto opening = sys::open_quietly(directory, name, O_PATH);
    note(opening.errnum);
    const auto opened = sys::glance_at_file(opening.file, "");
    if (opened.errnum != 0 || opened.device != device_) {
      return;
    }
    if (!is_held(opened.inode)) {
      hold(open_namespace_place(opening.file, "a descriptor"));
    }
    if (is_held(opened.inode)) {
      found_[opened.inode].descriptors.push_back(descriptor);
    }
  }

  [[nodiscard]] bool is_held(std::uint64_t inode) const {
    return known_->find(inode) || found_.contains(inode);
  }

  void hold(Result<NamespaceHandle> handle) {
    if (!handle) {
      note(handle.error().errnum);
      return;
    }
    const std::uint64_t inode = handle->identity().inode;
    found_[inode].handle = *std::move(handle);
  }

  void add_socket(std::uint64_t socket, int descriptor) {
    const auto [place, is_new] = nets_of_sockets_.try_emplace(socket, 0);
    if (is_new) {
      place->second = net_of_socket(descriptor);
    }
    const std::uint64_t net = place->second;
    if (net == 0) {
      // Another process that has the socket may be one that can be asked.
      nets_of_sockets_.erase(place);
    } else if (net != own_net()) {
      found_[net].descriptors.push_back({HolderType::socket, pid_, descriptor});
    }
  }

  /// The inode of a namespace that is held from now on; 0: it is not to be known.
  std::uint64_t net_of_socket(int descriptor) {
    auto opening = sys::open_net_of_socket(pidfd(), descriptor);
    note(opening.errnum);
    auto handle =
        opening.file ? NamespaceHandle::adopt(std::move(opening.file), Kind::net) : fail(Error{});
    if (!handle) {
      return 0;
    }
    const std::uint64_t inode = handle->identity().inode;
    if (!is_held(inode)) {
      hold(std::move(handle));
    }
    return inode;
  }

  /// Of the process whose directory is open, and of no other that has its number now.
  const sys::UniqueFd& pidfd() {
    if (!pidfd_) {
      pidfd_ = sys::open_task(pid_, sys::TaskType::process).file;
      const bool is_same = sys::glance_at_file(process_, "stat").errnum == 0;
      pidfd_ = is_same ? std::move(*pidfd_) : sys::UniqueFd();
    }
    return *pidfd_;
  }

  std::uint64_t own_net() {
    if (!own_net_) {
      own_net_ = sys::glance_at_link(process_, info_of(Kind::net).proc_path).inode;
    }
    return *own_net_;
  }

  void note(int errnum) { failure_ = means_no_descriptor(errnum) ? errnum : failure_; }

  const Inventory* known_;
  Sockets sockets_;
  const sys::UniqueFd* proc_;
  std::uint64_t device_;
  FoundNamespaces found_;
  std::unordered_map<std::uint64_t, std::uint64_t> nets_of_sockets_;  ///< by the socket's inode
  int failure_ = 0;

  // Of the process that is looked at.
  pid_t pid_ = 0;
  sys::UniqueFd process_;
  std::optional<sys::UniqueFd> pidfd_;
  std::optional<std::uint64_t> own_net_;
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
  for (auto& [inode, found] : namespaces) {
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
  std::vector<DescriptorScanner> scanners;
  for (std::size_t i = number_of_scanners(pids.size()); i > 0; --i) {
    scanners.emplace_back(inventory, sockets, proc, own.identity().device);
  }
  look_at_all(scanners, pids, on_progress);
  for (DescriptorScanner& scanner : scanners) {
    if (scanner.failure() != 0) {
      return fail(no_descriptor(scanner.failure()));
    }
    add_found(inventory, scanner.found(), kinds, watched);
  }
  return {};
}

}  // namespace nsplay::ns
