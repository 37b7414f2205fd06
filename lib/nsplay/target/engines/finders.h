#pragma once

// One function per engine, each in the file that has its name: adds what it knows to the findings.

#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

void find_podman(const Machine& machine, Findings& findings);

}  // namespace nsplay::target
