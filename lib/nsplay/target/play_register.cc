#include "nsplay/target/play_register.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/events.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::target {
namespace {

constexpr std::string_view suffix = ".json";

/// Of a writer that did not come to its end. No play's name begins with a dot.
constexpr const char* unfinished = ".new";

std::string file_of(std::string_view name) {
  return fmt::format("{}{}", name, suffix);
}

Result<std::string> boot_id() {
  constexpr const char* path = "/proc/sys/kernel/random/boot_id";
  std::string text = TRY(sys::read_all(TRY(sys::open_file(path, O_RDONLY)), 128, path));
  text.erase(std::min(text.find('\n'), text.size()));
  return text;
}

Result<std::uint64_t> own_pid_namespace() {
  const procfs::PinnedProcess self = TRY(procfs::pin_self());
  return TRY(self.dir.identity("ns/pid")).inode;
}

/// The start time is as the reader's time namespace shows it, so it counts only where the kernel
/// gives no inode.
Result<bool> is_process_of(const Play& play, const procfs::PinnedProcess& process) {
  const auto inode = process.pidfd ? TRY(process.pidfd->inode()) : std::nullopt;
  if (inode && play.pidfd_inode) {
    return *inode == *play.pidfd_inode;
  }
  return TRY(process.dir.stat()).start_ticks == play.start_time;
}

/// A zombie is over; its pidfd can be read (pidfd_open(2)).
Result<bool> is_over(const procfs::PinnedProcess& process) {
  if (process.pidfd) {
    return sys::is_readable(process.pidfd->fd().get());
  }
  return TRY(process.dir.stat()).state == 'Z';
}

Result<bool> lives_as(const Play& play, const procfs::PinnedProcess& process) {
  return TRY(is_process_of(play, process)) && !TRY(is_over(process));
}

/// Empty: it is gone.
Result<std::optional<procfs::PinnedProcess>> process_of(const Play& play) {
  auto process = procfs::pin_process(play.pid);
  if (!process && process.error().errnum != ESRCH) {
    return fail(std::move(process).error());
  }
  if (!process) {
    return std::nullopt;
  }
  auto lives = lives_as(play, *process);
  if (!lives && procfs::still_exists(*process)) {
    return fail(std::move(lives).error());
  }
  return lives.value_or(false) ? std::optional(*std::move(process)) : std::nullopt;
}

/// Its command may have been changed by what the file's form demands.
bool are_of_same_process(const Play& one, const Play& other) {
  return one.pid == other.pid && one.start_time == other.start_time &&
         one.pidfd_inode == other.pidfd_inode && one.boot_id == other.boot_id &&
         one.pid_namespace == other.pid_namespace;
}

/// A pid namespace that nothing is in any more ends nothing, and only the user knows of that.
std::string cure_elsewhere(const FoundPlay& found) {
  return fmt::format(
      "it is of pid:[{}]: 'nsplay stop {}' ends it there; if nobody is there any more: rm {}",
      found.play.pid_namespace,
      found.play.name,
      found.file);
}

bool is_missing(const Error& error) {
  return error.errnum == ENOENT;
}

/// What nsplay does not take away itself.
Error with_directory_cure(Error error, const std::string& path) {
  const bool is_directory = error.errnum == EISDIR || error.errnum == ENOTEMPTY;
  return std::move(error).with_hint(
      is_directory ? fmt::format("a directory is no play: see what is in it, then: rm -r {}", path)
                   : "");
}

/// What nsplay never writes has errno 0, so that it may be replaced and removed; a link is not
/// followed for that.
Error explain_unreadable(Error error, const std::string& path) {
  switch (error.errnum) {
    case ELOOP:
      return Error::of(0, path, "is a symbolic link");
    case EFBIG:
      return Error::of(0, path, fmt::format("has more than {} bytes", largest_play_file));
    case ENXIO:  // a socket, open(2)
      return Error::of(0, path, "is not a regular file");
    case EACCES:
      return std::move(error).with_hint(
          fmt::format("nsplay makes it readable: chmod 600 {}", path));
    default:
      return with_directory_cure(std::move(error), path);
  }
}

}  // namespace

Result<PlayRegister> PlayRegister::open_or_make() {
  RuntimeDirectory runtime = TRY(make_runtime_directory());
  return PlayRegister(std::move(runtime.directory), std::move(runtime.path));
}

Result<std::optional<PlayRegister>> PlayRegister::open() {
  auto runtime = TRY(open_runtime_directory());
  if (!runtime) {
    return std::nullopt;
  }
  return std::optional(PlayRegister(std::move(runtime->directory), std::move(runtime->path)));
}

Result<std::optional<FoundPlay>> PlayRegister::find(const std::string& name) const {
  auto play = read_file(name);
  if (!play && is_missing(play.error())) {
    return std::nullopt;
  }
  if (!play) {
    return fail(std::move(play).error());
  }
  return std::optional(TRY(look_for(*std::move(play))));
}

Result<std::optional<Error>> PlayRegister::check_free(const std::string& name) const {
  auto found = find(name);
  if (!found && found.error().errnum != 0) {
    return fail(std::move(found).error());
  }
  if (found) {
    return *found && (*found)->presence != Presence::gone
               ? fail(name_is_taken(**found))
               : Result<std::optional<Error>>(std::nullopt);
  }
  // It may be a play of a later nsplay.
  const auto text = text_of(name);
  auto process = text ? parse_play_process(*text) : fail(Error{});
  if (process) {
    process->name = name;
    if (const FoundPlay live = TRY(look_for(*std::move(process)));
        live.presence != Presence::gone) {
      return fail(name_is_taken(live));
    }
  }
  return std::optional(std::move(found).error());
}

Result<RegisterContent> PlayRegister::read() const {
  std::vector<std::string> files = TRY(sys::names_in(directory_, path_));
  std::sort(files.begin(), files.end());
  if (std::binary_search(files.begin(), files.end(), unfinished)) {
    remove_unfinished();
  }
  RegisterContent content;
  for (const std::string& file : files) {
    const std::string name = file.substr(0, file.size() - std::min(suffix.size(), file.size()));
    if (!file.ends_with(suffix) || !is_play_name(name)) {
      continue;
    }
    auto play = read_file(name);
    if (play) {
      content.plays.push_back(TRY(look_for(*std::move(play))));
    } else if (!is_missing(play.error())) {  // else it has just ended
      content.unreadable.push_back(std::move(play).error());
    }
  }
  return content;
}

Result<> PlayRegister::add(const Play& play) const {
  const sys::UniqueFd locked = TRY(lock());
  TRY(check_free(play.name));
  // Nobody but the holder of the lock has such a file.
  const std::string path = path_of(unfinished);
  if (auto removed = sys::remove_at(directory_, unfinished, path); !removed) {
    return fail(with_directory_cure(std::move(removed).error(), path));
  }
  TRY(sys::write_new_file_at(directory_, unfinished, format_play(play), path));
  return finish(file_of(play.name));
}

/// What is in the way may have come there after check_free().
Result<> PlayRegister::finish(const std::string& file) const {
  const std::string path = path_of(file);
  auto renamed = sys::rename_at(directory_, unfinished, file.c_str(), path);
  if (!renamed) {
    static_cast<void>(sys::remove_at(directory_, unfinished, path));
    return fail(with_directory_cure(std::move(renamed).error(), path));
  }
  return {};
}

Result<> PlayRegister::remove(const Play& play) const {
  const sys::UniqueFd locked = TRY(lock());
  const auto present = read_file(play.name);
  if (!present || !are_of_same_process(*present, play)) {
    return {};
  }
  const std::string file = file_of(play.name);
  return sys::remove_at(directory_, file.c_str(), path_of(file));
}

Result<> PlayRegister::remove_unreadable(const std::string& name) const {
  const sys::UniqueFd locked = TRY(lock());
  if (read_file(name)) {
    return {};
  }
  const std::string file = file_of(name);
  return sys::remove_at(directory_, file.c_str(), path_of(file));
}

Result<FoundPlay> PlayRegister::look_for(Play play) const {
  FoundPlay found;
  found.file = path_of(file_of(play.name));
  found.play = std::move(play);
  if (found.play.boot_id != TRY(boot_id())) {
    return found;
  }
  if (found.play.pid_namespace != TRY(own_pid_namespace())) {
    found.presence = Presence::elsewhere;
    return found;
  }
  found.process = TRY(process_of(found.play));
  found.presence = found.process ? Presence::alive : Presence::gone;
  return found;
}

/// A descriptor of its own, so that the lock ends with it.
Result<sys::UniqueFd> PlayRegister::open_for_lock() const {
  return sys::open_at(directory_, ".", O_RDONLY | O_DIRECTORY, path_);
}

Result<sys::UniqueFd> PlayRegister::lock() const {
  sys::UniqueFd own = TRY(open_for_lock());
  TRY(sys::lock(own, path_));
  return own;
}

/// Who reads the register waits for nobody: a writer that has the lock cleans up itself.
void PlayRegister::remove_unfinished() const noexcept {
  const auto own = open_for_lock();
  if (own && sys::try_lock(*own)) {
    static_cast<void>(sys::remove_at(directory_, unfinished, path_));
  }
}

Result<std::string> PlayRegister::text_of(const std::string& name) const {
  const std::string file = file_of(name);
  const std::string path = path_of(file);
  auto text = sys::read_file_at(directory_, file.c_str(), largest_play_file, path);
  return text ? std::move(text) : fail(explain_unreadable(std::move(text).error(), path));
}

Result<Play> PlayRegister::read_file(const std::string& name) const {
  const std::string file = file_of(name);
  auto play = parse_play(TRY(text_of(name)));
  if (!play) {
    return fail(std::move(play).error().during(path_of(file)));
  }
  if (play->name != name) {
    return fail(Error::of(0, path_of(file), "holds a play of another name"));
  }
  return play;
}

std::string PlayRegister::place_of(const std::string& name) const {
  return path_of(file_of(name));
}

std::string PlayRegister::path_of(std::string_view file) const {
  return fmt::format("{}/{}", path_, file);
}

Result<Play> describe_play(const procfs::PinnedProcess& process) {
  Play play;
  play.pid = process.pid;
  play.start_time = TRY(process.dir.stat()).start_ticks;
  play.pidfd_inode = process.pidfd ? TRY(process.pidfd->inode()) : std::nullopt;
  play.boot_id = TRY(boot_id());
  play.pid_namespace = TRY(own_pid_namespace());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  play.created = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return play;
}

Error name_is_taken(const FoundPlay& found) {
  const Play& play = found.play;
  Error error = Error::of(0, fmt::format("there is a play {} already", quote(play.name)), "");
  return std::move(error).with_hint(
      found.presence == Presence::elsewhere
          ? fmt::format("take another name; {}", cure_elsewhere(found))
          : fmt::format("its pid is {}; 'nsplay stop {}' ends it", play.pid, play.name));
}

Error made_elsewhere(const FoundPlay& found) {
  const std::string name = quote(found.play.name);
  return Error::of(0, fmt::format("the play {} was made in another pid namespace", name), "")
      .with_hint(cure_elsewhere(found));
}

}  // namespace nsplay::target
