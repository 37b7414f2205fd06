#pragma once

// From the namespaces of a census to what lists and trees show of them.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ns/census/census.h"
#include "nsplay/ns/handle.h"
#include "nsplay/ops/namespace_names.h"
#include "nsplay/ops/process_look.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/network_ids.h"
#include "nsplay/target/attribution.h"

namespace nsplay::ops {

/// A file on which a namespace is bound, where the caller is not.
struct MountElsewhere {
  std::string path;
  ns::NamespaceRef where;  ///< the mount namespace, which shows it at this path
};

/// By what number the caller's network namespace knows another one, ip-netns(8).
struct NetworkId {
  std::optional<std::int32_t> number;  ///< empty: it has been given none
};

struct ListedNamespace {
  ns::NamespaceRef ref;
  std::size_t processes = 0;                    ///< in it, zombies not counted
  std::size_t threads = 0;                      ///< in it without their process
  std::size_t pending = 0;                      ///< processes whose next child will be in it
  std::optional<std::size_t> descriptors = {};  ///< open on it; empty: not looked for
  std::optional<std::size_t> sockets = {};      ///< of it, of processes that are elsewhere
  std::optional<ListedProcess> process;   ///< the one with the lowest pid; else one that keeps it
  std::optional<ns::NamespaceRef> owner;  ///< empty: it has none, or the caller may not see it
  std::optional<ns::NamespaceRef> parent;
  std::optional<uid_t> owner_uid;        ///< who made the owner; of a user namespace: who made it
  std::optional<std::string> name = {};  ///< as a TARGET: "play:web", "podman:db", "netns:blue"
  std::optional<target::Container> container = {};  ///< of the process, where it is its namespace
  std::optional<std::string> creator = {};          ///< the user who made it, where that is known
  std::optional<NetworkId> network_id = {};         ///< of a net namespace
  std::vector<std::string> mounts;  ///< files on which it is bound, where the caller is
  std::vector<MountElsewhere> mounts_elsewhere;
};

/// The file of its process that is the namespace, "/proc/4711/ns/net". Empty where only a thread is
/// in it of which no more is known: the process's own files are other namespaces.
std::optional<std::string> path_of(const ListedNamespace& listed);

/// What is looked up beyond the count; each costs something.
struct ListDetails {
  bool process = true;    ///< who the process with the lowest pid is
  bool relations = true;  ///< owner, parent, owner_uid
  bool names = true;      ///< name, container, creator
  bool network_ids = true;
};

class Listing {
 public:
  /// `sources`: where they were looked for.
  Listing(ListDetails details,
          std::vector<ns::CensusEntry> entries,
          ns::Sources sources = ns::Sources::quick);

  /// That entry as it is shown.
  ListedNamespace show(std::size_t index);

  [[nodiscard]] const std::vector<ns::CensusEntry>& entries() const noexcept { return entries_; }

 private:
  [[nodiscard]] std::optional<ns::NamespaceRef> ref_of(std::optional<std::size_t> index) const;
  [[nodiscard]] std::optional<uid_t> owner_uid_of(const ns::CensusEntry& entry) const;
  [[nodiscard]] std::vector<MountElsewhere> mounts_elsewhere_of(const ns::CensusEntry& entry) const;
  std::optional<ListedProcess> process_of(const ns::CensusEntry& entry);
  std::optional<target::Container> container_of(std::size_t index);
  [[nodiscard]] std::optional<std::string> name_of(const ListedNamespace& shown) const;
  std::optional<std::string> creator_of(const ListedNamespace& shown);
  std::optional<NetworkId> network_id_of(const ns::NamespaceHandle& handle);

  ListDetails details_;
  std::vector<ns::CensusEntry> entries_;
  ns::Sources sources_;
  NamespaceNames names_;
  std::vector<pid_t> strangers_;  ///< by entry, the first in it; 0: it is the caller's own
  target::MachineAttribution attribution_;
  ProcessLook look_;
  Result<sys::NetworkIds> network_ids_;
};

/// Those of one process, held; kinds that cannot be had are left out. Errors, when that is all of
/// them: those of ns::open_namespace, with a hint.
Result<std::vector<ns::NamespaceHandle>> namespaces_of(const procfs::PinnedProcess& process);

/// Whether this very namespace is among them.
bool contains(const std::vector<ns::NamespaceHandle>& handles, const ns::NamespaceHandle& wanted);

}  // namespace nsplay::ops
