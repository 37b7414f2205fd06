#pragma once

// Tests become other users, and let those execute this test program and nsplay again. In a clone
// below a directory of root's alone, such as /root, they could not reach either.

namespace nsplay::test {

/// From here on everybody can reach the test program and nsplay by their paths, for this process
/// and those that it starts. For root, and after isolate_mounts(): what it does is not seen
/// outside.
void open_the_way_to_programs();

}  // namespace nsplay::test
