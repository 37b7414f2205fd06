#pragma once

// A child that create() made and that holds its namespaces until the test is done with it.

#include <csignal>
#include <string>

#include "kernel/front.h"
#include "support/front_process.h"

namespace nsplay::test {

class Holder {
 public:
  /// Ready when the constructor returns; pid() is 0 and the test has failed when there is none.
  explicit Holder(const ops::CreateRequest& request, const Preparation& preparation = {})
      : front_(create_and_wait(request, preparation)),
        pid_(std::stoi("0" + front_.output().read_line_after("created "))) {}

  [[nodiscard]] pid_t pid() const { return pid_; }
  FrontProcess& front() { return front_; }

  /// By SIGTERM to the front process, which passes it on.
  FrontOutcome end() {
    front_.send_signal(SIGTERM);
    return front_.finish();
  }

 private:
  FrontProcess front_;
  pid_t pid_ = 0;
};

}  // namespace nsplay::test
