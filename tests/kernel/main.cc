#include <csignal>

#include <gtest/gtest.h>

#include "support/inside_program.h"
#include "support/leak_check.h"
#include "support/reachable_tree.h"

int main(int argc, char** argv) {
  nsplay::test::run_inside_program(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  // A shell that runs this in the background has it ignore them.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGQUIT, SIG_DFL);
  nsplay::test::isolate_mounts();
  nsplay::test::open_the_way_to_programs();
  return RUN_ALL_TESTS();
}
