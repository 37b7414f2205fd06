#pragma once

// What the tests of plays share: a register of their own, and plays in it.

#include <string>

#include "cli/cli_test.h"
#include "cli/json_shape.h"
#include "support/runtime_place.h"

namespace nsplay::test {

class PlaysTest : public CliTest {
 protected:
  [[nodiscard]] const RuntimePlace& place() const { return place_; }

 private:
  RuntimePlace place_;
};

/// A detached play of this name, with `options` besides.
Subprocess create_play(const std::string& name, const Words& options = {"--uts"});

/// "plays" of `nsplay list --plays --json`.
Json listed_plays();

/// Their names, in the order of the list.
Words listed_names();

}  // namespace nsplay::test
