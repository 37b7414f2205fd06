#pragma once

// The name of a child that create makes: looked up before there is a child, entered into the
// register of plays before the child's program runs, and taken out again with this object.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/narration.h"
#include "nsplay/target/play_register.h"

namespace nsplay::ops {

struct CreateReport;

class [[nodiscard]] Registration {
 public:
  Registration() = default;
  Registration(Registration&& other) noexcept;
  Registration& operator=(Registration&& other) noexcept;
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { withdraw(); }

  /// A note says that a file is in the way that is no play's, and will be replaced. Errors: usage,
  /// it is no name; a play has it; those of opening the register.
  static Result<Registration> prepare(const std::string& name,
                                      const Narrator& narrator,
                                      std::vector<std::string>& notes);

  /// Writes the play's file. An empty `command`: that of the process. Errors: another one was
  /// quicker to take the name; those of writing the file.
  Result<> enter(const CreateReport& report, std::string command);

  /// From here on the entry lives without us.
  void keep() noexcept { entry_.reset(); }

 private:
  void withdraw() noexcept;

  std::optional<target::PlayRegister> plays_;
  std::string name_;
  std::optional<target::Play> entry_;
  Narrator narrator_;
};

}  // namespace nsplay::ops
