#include "nsplay/ns/census/census.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/descriptors.h"
#include "nsplay/ns/census/listed.h"
#include "nsplay/ns/census/mounts.h"
#include "nsplay/ns/census/process_scan.h"
#include "nsplay/ns/census/relatives.h"
#include "nsplay/ns/census/unnamed.h"
#include "nsplay/sys/limits.h"

namespace nsplay::ns {
namespace {

/// What cannot be identified is not there, as a process that has ended.
void add_processes(Inventory& inventory, ProcessScan scan) {
  for (Sighting& sighting : scan.sightings) {
    auto handle = NamespaceHandle::adopt(std::move(sighting.file), sighting.kind);
    if (handle) {
      const std::size_t index = inventory.index_of(*std::move(handle));
      inventory.entries()[index].attendance.add(sighting.attendance);
    }
  }
}

void note_holders(Inventory& inventory,
                  const std::vector<NamespaceRef>& watched,
                  std::vector<std::vector<Holder>> holders) {
  for (std::size_t i = 0; i < watched.size(); ++i) {
    if (const auto index = inventory.find(watched[i].inode)) {
      inventory.entries()[*index].holders = std::move(holders[i]);
    }
  }
}

/// Processes are where most namespaces are found, so that of the rest little has to be opened.
Result<> add_all_sources(Inventory& inventory, KindSet kinds, const CensusRequest& request) {
  TRY(add_descriptors(inventory, kinds, request.watched, request.on_progress));
  TRY(add_unnamed_mount_namespaces(inventory));
  TRY(add_listed(inventory, kinds));
  return add_foreign_mounts(inventory, kinds, request.on_progress);
}

/// A user namespace may be found as the owner of another alone, of whatever kind. Mount namespaces
/// are where files are bound.
KindSet kinds_to_scan(const CensusRequest& request) {
  if (request.kinds.contains(Kind::user)) {
    return KindSet::all();
  }
  KindSet kinds = request.kinds;
  if (request.sources == Sources::all) {
    kinds.insert(Kind::mnt);
  }
  return kinds;
}

/// Owners and parents are sources of these two kinds.
bool asks_for_relatives(const CensusRequest& request) {
  return request.relatives == Relatives::add || request.kinds.contains(Kind::user) ||
         request.kinds.contains(Kind::pid);
}

}  // namespace

Result<Census> take_census(const CensusRequest& request) {
  const sys::RaisedDescriptorLimit raised;
  Census census;
  Inventory inventory;
  const KindSet scanned = kinds_to_scan(request);
  ProcessScan scan = TRY(scan_processes(scanned, request.watched, request.on_progress));
  census.unreadable_processes = scan.unreadable;
  auto holders = std::move(scan.holders);
  add_processes(inventory, std::move(scan));
  note_holders(inventory, request.watched, std::move(holders));
  TRY(add_own_mounts(inventory, scanned));
  if (request.sources == Sources::all) {
    TRY(add_all_sources(inventory, scanned, request));
  }
  if (asks_for_relatives(request)) {
    TRY(add_relatives(inventory));
  }
  census.entries = std::move(inventory.entries());
  return census;
}

}  // namespace nsplay::ns
