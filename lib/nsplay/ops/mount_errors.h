#pragma once

// What a mount that failed is called, by which rule, and what to do about it.

#include <string>

#include "nsplay/base/error.h"
#include "nsplay/ns/kind.h"
#include "nsplay/ops/child_report.h"
#include "nsplay/ops/create_mounts.h"

namespace nsplay::ops {

/// Whether the report is one of set_up_mounts().
bool is_of_mounts(const ChildReport& report) noexcept;

/// What its step was applied to.
std::string subject_of_mounts(const ChildReport& report, const MountPlan& plan);

/// `kinds` are those of the child.
Error mount_error(const ChildReport& report, const MountPlan& plan, ns::KindSet kinds);

}  // namespace nsplay::ops
