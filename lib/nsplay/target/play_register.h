#pragma once

// The register of plays: one file per play in a directory of the user's own, /run/nsplay of root,
// $XDG_RUNTIME_DIR/nsplay of others. Whoever writes holds a lock on the directory, which ends with
// the process, so that a crash leaves at most files that the next writer removes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nsplay/base/result.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/unique_fd.h"
#include "nsplay/target/play.h"

namespace nsplay::target {

enum class Presence {
  alive,
  gone,       ///< the process has ended, or its pid is another one's by now
  elsewhere,  ///< made in another pid namespace, where its pid means something
};

/// A play and the process that it is.
struct FoundPlay {
  Play play;
  Presence presence = Presence::gone;
  std::optional<procfs::PinnedProcess> process;  ///< of one that is alive
  std::string file;                              ///< in the register, as it is shown
};

/// What the register holds; what is no play has its file's name and the reason.
struct RegisterContent {
  std::vector<FoundPlay> plays;  ///< by name
  std::vector<Error> unreadable;
};

class [[nodiscard]] PlayRegister {
 public:
  /// The caller's; its directory is made when it is missing. Errors: those of mkdir(2); the
  /// directory is somebody else's, or others may look into it; an ordinary user has no runtime
  /// directory.
  static Result<PlayRegister> open_or_make();

  /// The same, but empty where there is none.
  static Result<std::optional<PlayRegister>> open();

  /// Empty: no play has this name. Errors: errno 0, the file is not a play's, and may be removed;
  /// EISDIR, EACCES.
  [[nodiscard]] Result<std::optional<FoundPlay>> find(const std::string& name) const;

  /// Whether a new play may have this name. What is returned is why the file is no play's that has
  /// it now and may be replaced. Errors: the name is that of a play that is not gone, also of one
  /// whose file can only be read as far as it says which process it is; EISDIR, EACCES, what is
  /// there is not replaced.
  [[nodiscard]] Result<std::optional<Error>> check_free(const std::string& name) const;

  [[nodiscard]] Result<RegisterContent> read() const;

  /// Of the file of a play with this name.
  [[nodiscard]] std::string place_of(const std::string& name) const;

  /// Writes the play's file in place of one that check_free() allows to replace. Errors: those of
  /// that; those of writing.
  [[nodiscard]] Result<> add(const Play& play) const;

  /// Removes the play's file if it still is this very play's.
  [[nodiscard]] Result<> remove(const Play& play) const;

  /// Removes a file that is not a play's.
  [[nodiscard]] Result<> remove_unreadable(const std::string& name) const;

 private:
  PlayRegister(sys::UniqueFd directory, std::string path)
      : directory_(std::move(directory)), path_(std::move(path)) {}

  [[nodiscard]] Result<sys::UniqueFd> open_for_lock() const;
  [[nodiscard]] Result<sys::UniqueFd> lock() const;
  void remove_unfinished() const noexcept;
  [[nodiscard]] Result<FoundPlay> look_for(Play play) const;
  [[nodiscard]] Result<> finish(const std::string& file) const;
  [[nodiscard]] Result<std::string> text_of(const std::string& name) const;
  [[nodiscard]] Result<Play> read_file(const std::string& name) const;
  [[nodiscard]] std::string path_of(std::string_view file) const;

  sys::UniqueFd directory_;
  std::string path_;
};

/// The play as it would be registered, of a process of the caller's. Its name, command and
/// namespaces are left to the caller.
Result<Play> describe_play(const procfs::PinnedProcess& process);

/// What is said of a name that is in use, and of a play whose pid means nothing here.
Error name_is_taken(const FoundPlay& found);
Error made_elsewhere(const FoundPlay& found);

}  // namespace nsplay::target
