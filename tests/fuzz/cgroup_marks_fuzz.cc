#include "nsplay/target/engines/cgroup_marks.h"

#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view path = nsplay::fuzz::text_of(data, size);
  for (const nsplay::target::CgroupMark& mark : nsplay::target::marks_in(path)) {
    nsplay::fuzz::demand(path.starts_with(mark.place));
    nsplay::fuzz::demand(nsplay::target::is_at_or_below(path, mark.place));
    nsplay::fuzz::demand(mark.word.size() <= path.size());
  }
  return 0;
}
