#include <string>

#include "nsplay/target/engines/keepers.h"
#include "nsplay/target/engines/state_files.h"

#include "fuzz_target.h"

using nsplay::fuzz::demand;
namespace target = nsplay::target;

namespace {

/// What a parser refuses can be printed as it is.
template <typename Value>
bool is_read(const nsplay::Result<Value>& value) {
  demand(value || nsplay::fuzz::is_printable(value.error().message()));
  return value.has_value();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = nsplay::fuzz::text_of(data, size);
  is_read(target::parse_runc_state(text));
  is_read(target::parse_crun_status(text));
  const auto containers = target::parse_containers(text);
  if (is_read(containers)) {
    for (const target::StoredContainer& container : *containers) {
      demand(!container.id.empty());
    }
  }
  const auto docker = target::parse_docker_config(text);
  demand(!is_read(docker) || (!docker->id.empty() && docker->pid >= 0));
  is_read(target::parse_annotations(text));
  const auto pid = target::parse_pid_file(text);
  demand(!pid || *pid > 0);
  const auto machine = target::parse_machine(text);
  demand(!machine || machine->leader > 0);
  const target::Keeper keeper = target::parse_keeper(text);
  demand(keeper.pid == 0 && (!keeper.program.empty() || keeper.line.options.empty()));
  target::value_of(keeper.line, {"-n", "--name"});
  return 0;
}
