#include "nsplay/target/engines/state_directory.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"

namespace nsplay::target {
namespace {

constexpr mode_t writable_by_others = 02;
constexpr mode_t writable_by_group = 020;

void add_once(std::vector<std::string>& places, const std::string& place) {
  if (std::find(places.begin(), places.end(), place) == places.end()) {
    places.push_back(place);
  }
}

/// The same place may be looked at for several containers.
void note_once(Findings& findings, Error error) {
  auto& all = findings.broken;
  if (std::none_of(all.begin(), all.end(), [&](const Error& one) {
        return one.message() == error.message();
      })) {
    all.push_back(std::move(error));
  }
}

/// What is not there, or has just gone, is an answer.
void note(Findings& findings, const std::string& path, Error error) {
  if (error.errnum == EACCES || error.errnum == EPERM) {
    add_once(findings.unreadable, path);
  } else if (error.errnum != ENOENT && error.errnum != ENOTDIR && error.errnum != ELOOP) {
    note_once(findings, std::move(error));
  }
}

/// Names may come from a file: none leads out of the directory.
bool is_one_component(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

/// Whether nobody but root and this user may write there. Root's group is root.
bool is_believed(const sys::Ownership& ownership, uid_t uid) {
  const mode_t forbidden = writable_by_others | (ownership.gid == 0 ? 0 : writable_by_group);
  return (ownership.uid == 0 || ownership.uid == uid) && (ownership.permissions & forbidden) == 0;
}

/// The file, if it is one for us to believe. What else it is, is noted.
std::optional<sys::UniqueFd> believed(Result<sys::UniqueFd> file,
                                      const std::string& path,
                                      uid_t uid,
                                      Findings& findings) {
  const auto ownership = file ? sys::ownership_of(*file, path) : fail(file.error());
  if (!ownership) {
    note(findings, path, ownership.error());
    return std::nullopt;
  }
  if (!is_believed(*ownership, uid)) {
    note_once(findings, Error::of(0, path, "may be written by others: it is not believed"));
    return std::nullopt;
  }
  return *std::move(file);
}

}  // namespace

std::optional<StateDirectory> StateDirectory::believe(Result<sys::UniqueFd> directory,
                                                      std::string path,
                                                      uid_t uid,
                                                      Findings& findings) {
  auto ours = believed(std::move(directory), path, uid, findings);
  return ours ? std::optional(StateDirectory(*std::move(ours), std::move(path), uid, findings))
              : std::nullopt;
}

std::optional<StateDirectory> StateDirectory::open(const Machine& machine,
                                                   const std::string& path,
                                                   Findings& findings) {
  std::string shown = escape_for_terminal(path);
  add_once(findings.searched, shown);
  auto directory = sys::open_file(machine.root + path, O_RDONLY | O_DIRECTORY);
  return believe(std::move(directory), std::move(shown), machine.uid, findings);
}

std::optional<StateDirectory> StateDirectory::below(const std::string& name) const {
  if (!is_one_component(name)) {
    return std::nullopt;
  }
  std::string path = path_of(name);
  auto directory =
      sys::open_at(directory_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, path);
  return believe(std::move(directory), std::move(path), uid_, *findings_);
}

std::vector<std::string> StateDirectory::names() const {
  auto names = sys::names_in(directory_, path_);
  if (!names) {
    note(*findings_, path_, std::move(names).error());
    return {};
  }
  std::sort(names->begin(), names->end());
  return *std::move(names);
}

std::optional<std::string> StateDirectory::read(const std::string& name, StateSize size) const {
  if (!is_one_component(name)) {
    return std::nullopt;
  }
  const std::string path = path_of(name);
  const auto file =
      believed(sys::open_regular_file_at(directory_, name.c_str(), path), path, uid_, *findings_);
  if (!file) {
    return std::nullopt;
  }
  auto text = sys::read_all(*file, static_cast<std::size_t>(size), path);
  if (!text) {
    note(*findings_, path, std::move(text).error());
    return std::nullopt;
  }
  return *std::move(text);
}

std::optional<std::chrono::system_clock::time_point> StateDirectory::written(
    const std::string& name) const {
  const auto file = is_one_component(name)
                        ? sys::open_at(directory_, name.c_str(), O_PATH | O_NOFOLLOW, path_of(name))
                        : fail(Error{});
  const auto time = file ? sys::modified_at(*file, "") : fail(Error{});
  return time ? std::optional(*time) : std::nullopt;
}

std::string StateDirectory::path_of(const std::string& name) const {
  return fmt::format("{}/{}", path_, escape_for_terminal(name));
}

void StateDirectory::note_broken(const std::string& name, Error error) const {
  findings_->broken.push_back(std::move(error).during(path_of(name)));
}

}  // namespace nsplay::target
