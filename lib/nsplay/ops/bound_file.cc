#include "nsplay/ops/bound_file.h"

#include <boost/filesystem/path.hpp>
#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"
#include "nsplay/sys/kernel_abi.h"

namespace nsplay::ops {

Result<SplitPath> split_path(const std::string& path) {
  const boost::filesystem::path whole(path);
  if (whole.filename().empty() || whole.filename() == "/" || whole.filename_is_dot() ||
      whole.filename_is_dot_dot()) {
    return fail(Error::usage(fmt::format("{} names no file", quote(path))));
  }
  return SplitPath{whole.has_parent_path() ? whole.parent_path().string() : ".",
                   whole.filename().string()};
}

Result<sys::MountPlace> place_of(const std::string& path) {
  SplitPath split = TRY(split_path(path));
  sys::MountPlace place;
  place.directory = TRY(sys::open_file(split.parent, O_PATH | O_DIRECTORY));
  place.name = std::move(split.name);
  place.shown_as = escape_for_terminal(path);
  return place;
}

Result<sys::UniqueFd> open_uppermost(const sys::MountPlace& place) {
  return sys::open_at(place.directory, place.name.c_str(), O_PATH | O_NOFOLLOW, place.shown_as);
}

Result<bool> is_namespace(const sys::UniqueFd& file, const sys::MountPlace& place) {
  return TRY(sys::file_system_type(file, place.shown_as)) == sys::abi::nsfs_magic;
}

bool has_mark(const sys::MountPlace& place) {
  const auto text = sys::read_file_at(
      place.directory, place.name.c_str(), bound_file_mark.size(), place.shown_as);
  return text && *text == bound_file_mark;
}

Result<> remove_if_made(const sys::MountPlace& place, const Narrator& narrator) {
  if (!has_mark(place)) {
    return {};
  }
  auto removed = sys::remove_at(place.directory, place.name.c_str(), place.shown_as);
  narrate_outcome(
      narrator, removed, [&] { return fmt::format("unlink({})", quote(place.shown_as)); });
  return removed;
}

}  // namespace nsplay::ops
