#include "nsplay/target/runtime_directory.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/credentials.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/execution.h"
#include "nsplay/sys/files.h"

namespace nsplay::target {
namespace {

constexpr const char* own_name = "nsplay";
constexpr unsigned others = 077;

constexpr const char* place_of_root = "/run";

Result<bool> belongs_to_caller(const char* path) {
  const sys::UniqueFd directory = TRY(sys::open_file(path, O_PATH | O_DIRECTORY));
  return TRY(sys::ownership_of(directory, path)).uid == sys::effective_uid();
}

/// Root of a user namespace that an ordinary user made has no /run: it shows as the overflow uid's,
/// user_namespaces(7).
bool is_root_with_run() {
  return sys::effective_uid() == 0 && belongs_to_caller(place_of_root).value_or(false);
}

Error no_place(const std::string& path, Error cause) {
  return std::move(cause)
      .during(fmt::format("no place to keep plays in: {}", escape_for_terminal(path)))
      .with_hint("set XDG_RUNTIME_DIR to a directory of your own, by its absolute path");
}

/// Of an ordinary user it has to be his own: another one could put a directory of his there.
Result<sys::UniqueFd> open_place(const std::string& path) {
  auto directory = sys::open_file(path, O_PATH | O_DIRECTORY);
  if (!directory) {
    return fail(no_place(path, std::move(directory).error()));
  }
  const sys::Ownership ownership = TRY(sys::ownership_of(*directory, path));
  if (ownership.uid != sys::effective_uid()) {
    return fail(no_place(path, Error::of(0, fmt::format("it is uid {}'s", ownership.uid), "")));
  }
  return directory;
}

/// Renaming is up to whoever may write the directory above, which is the caller.
std::string way_out_of_the_way(const std::string& path) {
  return fmt::format("see what it is, then move it away: mv {} {}.old", path, path);
}

/// Not yet for reading, which its owner may not allow.
Result<sys::UniqueFd> find_own(const sys::UniqueFd& place, const std::string& path) {
  auto own = sys::open_at(place, own_name, O_PATH | O_DIRECTORY | O_NOFOLLOW, path);
  if (!own && own.error().errnum == ENOTDIR) {  // also of a link, open(2)
    return fail(Error::of(0, path, "has to be a directory, and no link to one")
                    .with_hint(way_out_of_the_way(path)));
  }
  return own;
}

Result<RuntimeDirectory> open_below(const sys::UniqueFd& place, const std::string& path) {
  const sys::UniqueFd own = TRY(find_own(place, path));
  const sys::Ownership ownership = TRY(sys::ownership_of(own, path));
  if (ownership.uid != sys::effective_uid()) {
    return fail(Error::of(0, path, fmt::format("belongs to uid {}, not to you", ownership.uid))
                    .with_hint(way_out_of_the_way(path)));
  }
  if ((ownership.permissions & others) != 0) {
    return fail(Error::of(0, path, "is open to others")
                    .with_hint(fmt::format("see what is in it, then: chmod 700 {}", path)));
  }
  RuntimeDirectory runtime;
  runtime.directory = TRY(sys::open_at(own, ".", O_RDONLY | O_DIRECTORY, path));
  runtime.path = path;
  return runtime;
}

std::string path_in(const std::string& place) {
  return escape_for_terminal(fmt::format("{}/{}", place, own_name));
}

}  // namespace

/// A relative path is as good as none, XDG Base Directory Specification.
std::string place_of_runtime_directory() {
  std::string named = sys::own_variable("XDG_RUNTIME_DIR");
  if (named.starts_with('/') && !is_root_with_run()) {
    return named;
  }
  return sys::effective_uid() == 0 ? place_of_root
                                   : fmt::format("/run/user/{}", sys::effective_uid());
}

Result<RuntimeDirectory> make_runtime_directory() {
  const std::string parent = place_of_runtime_directory();
  const std::string path = path_in(parent);
  const sys::UniqueFd directory = TRY(open_place(parent));
  TRY(sys::make_directory_at(directory, own_name, path));
  return open_below(directory, path);
}

Result<std::optional<RuntimeDirectory>> open_runtime_directory() {
  const std::string parent = place_of_runtime_directory();
  const auto directory = open_place(parent);
  if (!directory) {
    return std::nullopt;  // nor can a play have been made; check_runtime_place() says why
  }
  auto runtime = open_below(*directory, path_in(parent));
  if (!runtime && runtime.error().errnum == ENOENT) {
    return std::nullopt;
  }
  return TRY(std::move(runtime));
}

Result<> check_runtime_place() {
  auto directory = open_place(place_of_runtime_directory());
  return directory ? Result<>() : fail(std::move(directory).error());
}

}  // namespace nsplay::target
