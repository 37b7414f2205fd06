#include <string>

#include "nsplay/target/engines/keepers.h"
#include "nsplay/target/engines/state_files.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;

namespace {

/// What a parser refuses can be printed as it is.
template <typename Value>
bool is_read(const nsplay::Result<Value>& value) {
  demand(value || nsplay::fuzz::is_printable(value.error().message()));
  return value.has_value();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nsplay::target;
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  is_read(parse_runc_state(text));
  is_read(parse_crun_status(text));
  const auto containers = parse_containers(text);
  if (is_read(containers)) {
    for (const StoredContainer& container : *containers) {
      demand(!container.id.empty());
    }
  }
  const auto docker = parse_docker_config(text);
  demand(!is_read(docker) || (!docker->id.empty() && docker->pid >= 0));
  is_read(parse_annotations(text));
  for (const auto& pid : {parse_pid_file(text), parse_machine(text)}) {
    demand(!pid || *pid > 0);
  }
  const Keeper keeper = parse_keeper(text);
  demand(keeper.pid == 0 && (!keeper.program.empty() || keeper.arguments.empty()));
  option_of(keeper, {"-n", "--name"});
  return 0;
}
