#include "create_mounts.h"

#include "nsplay/base/try.h"

namespace nsplay::app {
namespace {

/// The place that an option names; where it names none, the usual one.
std::optional<std::string> place_of(const Arguments& arguments,
                                    const std::string& option,
                                    const std::string& usual) {
  const std::string* place = arguments.value(option);
  if (place == nullptr) {
    return std::nullopt;
  }
  return place->empty() ? usual : *place;
}

Result<std::vector<ops::BindRequest>> binds_from(const Arguments& arguments) {
  std::vector<ops::BindRequest> binds;
  for (const GivenOption& given : arguments.in_order({"bind", "tmpfs"})) {
    binds.push_back(given.name == "bind" ? TRY(ops::parse_bind(given.value))
                                         : ops::BindRequest{"", given.value});
  }
  return binds;
}

}  // namespace

std::vector<Option> mount_options() {
  return {{"propagation", 0, "WORD", "of mounts: private, shared, slave or unchanged"},
          {"root", 'R', "DIR", "make DIR the root directory; the former one is gone"},
          {"wd", 'w', "DIR", "the working directory, looked up inside"},
          {"bind", 0, "SRC:DST[:ro]", "mount SRC also on DST inside", Repeat::yes},
          {"tmpfs", 0, "DST", "mount a new tmpfs on DST inside", Repeat::yes},
          {"dev", 0, "", "mount a small /dev, as programs need it"},
          {"mount-proc", 0, "[=DIR]", "mount a new /proc; implies --pid"},
          {"mount-binfmt", 0, "[=DIR]", "mount a binfmt_misc of its own; implies --user"},
          {"load-interp", 'l', "STRING", "register an interpreter in it", Repeat::yes}};
}

Result<ops::MountsRequest> mounts_from(const Arguments& arguments) {
  ops::MountsRequest mounts;
  if (const std::string* word = arguments.value("propagation")) {
    mounts.propagation = TRY(ops::parse_propagation(*word));
  }
  mounts.root = optional_value(arguments, "root");
  mounts.working_directory = optional_value(arguments, "wd");
  mounts.binds = TRY(binds_from(arguments));
  mounts.dev = arguments.has("dev");
  mounts.proc = place_of(arguments, "mount-proc", "/proc");
  mounts.binfmt = optional_value(arguments, "mount-binfmt");
  mounts.interpreters = arguments.values("load-interp");
  return mounts;
}

}  // namespace nsplay::app
