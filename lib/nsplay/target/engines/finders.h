#pragma once

// One function per engine, each in the file that has its name: adds what it knows to the findings.

#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

void find_podman(const Machine& machine, Findings& findings);
void find_docker(const Machine& machine, Findings& findings);
void find_kubernetes(const Machine& machine, Findings& findings);
void find_crio(const Machine& machine, Findings& findings);
void find_containerd(const Machine& machine, Findings& findings);
void find_lxc(const Machine& machine, Findings& findings);
void find_nspawn(const Machine& machine, Findings& findings);
void find_firejail(const Machine& machine, Findings& findings);
void find_bwrap(const Machine& machine, Findings& findings);
void find_runc(const Machine& machine, Findings& findings);
void find_crun(const Machine& machine, Findings& findings);

}  // namespace nsplay::target
