#pragma once

// What a child of create leaves where others find it: its namespaces in files, its name in the
// register of plays. All of it is there before the child's program runs, and is undone when
// anything fails.

#include <string>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/ops/namespace_files.h"
#include "nsplay/ops/registration.h"

namespace nsplay::ops {

struct CreateReport;
struct CreateRequest;

class [[nodiscard]] Traces {
 public:
  /// Errors: those of NamespaceFiles::prepare() and Registration::prepare().
  static Result<Traces> prepare(const CreateRequest& request, std::vector<std::string>& notes);

  /// The request, which leaves these traces before anybody is told about the child. They have to
  /// stay where they are until that is done.
  CreateRequest left_by(CreateRequest request);

  /// The child is what it was to be: namespaces in files outlive it, its name does not.
  void keep_files() noexcept { files_.keep(); }

  /// All of it outlives us.
  void keep() noexcept;

 private:
  Result<> leave(const CreateReport& report, const std::string& command);

  NamespaceFiles files_;
  Registration registration_;
};

}  // namespace nsplay::ops
