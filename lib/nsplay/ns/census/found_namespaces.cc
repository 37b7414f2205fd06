#include "nsplay/ns/census/found_namespaces.h"

#include <utility>

#include "nsplay/ns/census/turns.h"

namespace nsplay::ns {

void FoundNamespaces::hold(Result<NamespaceHandle> handle) {
  if (!handle) {
    note(handle.error().errnum);
    return;
  }
  const std::uint64_t inode = handle->identity().inode;
  by_inode_[inode].handle = *std::move(handle);
}

void FoundNamespaces::note(int errnum) noexcept {
  failure_ = means_no_descriptor(errnum) ? errnum : failure_;
}

}  // namespace nsplay::ns
