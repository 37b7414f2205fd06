#pragma once

// A directory in which an engine keeps what it knows. It and what is in it are believed when nobody
// but root and the caller can write there, and below it no symbolic link is followed. What cannot
// be read is noted, not failed for: the other places may have the answer.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nsplay/sys/unique_fd.h"
#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

/// How large a file may be.
enum class StateSize : std::size_t {
  of_one = 1UL * 1024 * 1024,  ///< engines keep some KiB for a container
  of_all = 8UL * 1024 * 1024,  ///< podman keeps all of its containers in one file
};

class [[nodiscard]] StateDirectory {
 public:
  /// Empty: it is not there, or is not for us to believe. What is noted goes to `findings`, which
  /// have to live as long.
  static std::optional<StateDirectory> open(const Machine& machine,
                                            const std::string& path,
                                            Findings& findings);

  /// A directory in it.
  [[nodiscard]] std::optional<StateDirectory> below(const std::string& name) const;

  /// Sorted.
  [[nodiscard]] std::vector<std::string> names() const;

  /// The text of a regular file. Empty: there is none that can be read.
  [[nodiscard]] std::optional<std::string> read(const std::string& name,
                                                StateSize size = StateSize::of_one) const;

  /// When a file in it was. Empty: there is none.
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> written(
      const std::string& name) const;

  /// As it is shown.
  [[nodiscard]] std::string path_of(const std::string& name) const;

  /// Notes that a file in it is not what it should be.
  void note_broken(const std::string& name, Error error) const;

 private:
  StateDirectory(sys::UniqueFd directory, std::string path, uid_t uid, Findings& findings)
      : directory_(std::move(directory)), path_(std::move(path)), uid_(uid), findings_(&findings) {}

  static std::optional<StateDirectory> believe(Result<sys::UniqueFd> directory,
                                               std::string path,
                                               uid_t uid,
                                               Findings& findings);

  sys::UniqueFd directory_;
  std::string path_;
  uid_t uid_ = 0;  ///< whose files are believed, beside root's
  Findings* findings_;
};

}  // namespace nsplay::target
