#pragma once

namespace nsplay::test {

/// How often a test does again what it hopes to meet by chance: `wanted` times, and a tenth of it
/// with a sanitizer or in an emulated machine (the environment variable NSPLAY_TESTS_ARE_EMULATED).
/// There a program takes many times as long to start, and what is looked for is in a single call.
int repetitions(int wanted);

}  // namespace nsplay::test
