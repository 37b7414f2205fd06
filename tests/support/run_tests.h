#pragma once

namespace nsplay::test {

/// What main() of a program does whose tests make namespaces and start programs.
int run_tests(int argc, char** argv);

}  // namespace nsplay::test
