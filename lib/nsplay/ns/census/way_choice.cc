#include "nsplay/ns/census/way_choice.h"

#include <algorithm>

namespace nsplay::ns {
namespace {

constexpr std::size_t processes_per_block = 8;

std::size_t index_of(ScanWay way) {
  return static_cast<std::size_t>(way);
}

ScanWay other_than(ScanWay way) {
  return way == ScanWay::ids ? ScanWay::links : ScanWay::ids;
}

}  // namespace

ScanWay WayChoice::next() noexcept {
  if (blocks_left_ == 0) {
    return way_;
  }
  if (processes_ == processes_per_block) {
    end_block();
  }
  if (processes_ == 0) {
    begin_ = Clock::now();
  }
  ++processes_;
  return way_;
}

void WayChoice::end_block() noexcept {
  // The fastest block counts: what else runs on the machine only ever makes one slower.
  auto& fastest = fastest_[index_of(way_)];
  fastest = std::min(fastest, Clock::now() - begin_);
  way_ = other_than(way_);
  processes_ = 0;
  if (--blocks_left_ == 0) {
    const bool are_links_faster =
        fastest_[index_of(ScanWay::links)] < fastest_[index_of(ScanWay::ids)];
    way_ = are_links_faster ? ScanWay::links : ScanWay::ids;
  }
}

}  // namespace nsplay::ns
