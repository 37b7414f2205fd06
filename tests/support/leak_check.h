#pragma once

// The fixture of every test that touches the kernel: descriptors, processes and mounts have to be
// the same before and after.

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace nsplay::test {

class LeakCheck : public testing::Test {
 public:
  LeakCheck() = default;
  LeakCheck(const LeakCheck&) = delete;
  LeakCheck& operator=(const LeakCheck&) = delete;
  ~LeakCheck() override = default;

 protected:
  /// From here on every orphan below this process becomes its child, PR_SET_CHILD_SUBREAPER: no
  /// process can hide from the check.
  void SetUp() override;

  /// What is ending may take its time to do so; what stays is a leak.
  void TearDown() override;

  void allow_for_ending(std::chrono::milliseconds time) { time_to_end_ = time; }

 private:
  std::chrono::milliseconds time_to_end_ = std::chrono::seconds(10);
  std::map<int, std::string> descriptors_;
  std::string mounts_;
};

/// Gives the whole test program mounts of its own, shared among themselves as in a real system, so
/// that what others mount on the machine does not look like a leak. Only root can.
void isolate_mounts();

}  // namespace nsplay::test
