#include "nsplay/ns/census/census.h"

#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/census/own_mounts.h"
#include "nsplay/ns/census/process_scan.h"
#include "nsplay/ns/census/relatives.h"
#include "nsplay/sys/limits.h"

namespace nsplay::ns {
namespace {

Result<> add_processes(Inventory& inventory, ProcessScan scan) {
  for (Sighting& sighting : scan.sightings) {
    const std::size_t index =
        inventory.index_of(TRY(NamespaceHandle::adopt(std::move(sighting.file), sighting.kind)));
    inventory.entries()[index].attendance.add(sighting.attendance);
  }
  return {};
}

}  // namespace

Result<Census> take_census(const CensusRequest& request) {
  const sys::RaisedDescriptorLimit raised;
  Census census;
  Inventory inventory;
  ProcessScan scan = TRY(scan_processes(request.kinds));
  census.unreadable_processes = scan.unreadable;
  TRY(add_processes(inventory, std::move(scan)));
  add_own_mounts(inventory, request.kinds);
  if (request.relatives == Relatives::add) {
    add_relatives(inventory);
  }
  census.entries = std::move(inventory.entries());
  return census;
}

}  // namespace nsplay::ns
