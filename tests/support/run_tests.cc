#include "support/run_tests.h"

#include <csignal>

#include <gtest/gtest.h>

#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/reachable_tree.h"

namespace nsplay::test {

int run_tests(int argc, char** argv) {
  run_inside_program(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  // A shell that runs this in the background has it ignore them.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGQUIT, SIG_DFL);
  isolate_mounts();
  open_the_way_to_programs();
  return RUN_ALL_TESTS();
}

}  // namespace nsplay::test
