#include "nsplay/target/engines/state_directory.h"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"

namespace nsplay::target {
namespace {

/// Engines keep a few KiB for a container; podman keeps all of its containers in one file.
constexpr std::size_t state_limit = 8UL * 1024 * 1024;
constexpr mode_t writable_by_others = 02;

void add_once(std::vector<std::string>& places, const std::string& place) {
  if (std::find(places.begin(), places.end(), place) == places.end()) {
    places.push_back(place);
  }
}

/// What is not there, or has just gone, is an answer.
void note(Findings& findings, const std::string& path, Error error) {
  if (error.errnum == EACCES || error.errnum == EPERM) {
    add_once(findings.unreadable, path);
  } else if (error.errnum != ENOENT && error.errnum != ENOTDIR && error.errnum != ELOOP) {
    findings.broken.push_back(std::move(error));
  }
}

/// Names may come from a file: none leads out of the directory.
bool is_one_component(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

bool is_believed(const Machine& machine, const sys::UniqueFd& directory) {
  const auto ownership = sys::ownership_of(directory, "");
  return ownership && (ownership->uid == 0 || ownership->uid == machine.uid) &&
         (ownership->permissions & writable_by_others) == 0;
}

}  // namespace

std::optional<StateDirectory> StateDirectory::open(const Machine& machine,
                                                   const std::string& path,
                                                   Findings& findings) {
  const std::string shown = escape_for_terminal(path);
  add_once(findings.searched, shown);
  auto directory = sys::open_file(machine.root + path, O_RDONLY | O_DIRECTORY);
  if (!directory) {
    note(findings, shown, std::move(directory).error());
    return std::nullopt;
  }
  if (!is_believed(machine, *directory)) {
    note(findings, shown, Error::of(0, shown, "may be written by others: it is not believed"));
    return std::nullopt;
  }
  return StateDirectory(*std::move(directory), shown, findings);
}

std::optional<StateDirectory> StateDirectory::below(const std::string& name) const {
  if (!is_one_component(name)) {
    return std::nullopt;
  }
  std::string path = path_of(name);
  auto directory =
      sys::open_at(directory_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, path);
  if (!directory) {
    note(*findings_, path, std::move(directory).error());
    return std::nullopt;
  }
  return StateDirectory(*std::move(directory), std::move(path), *findings_);
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

std::optional<std::string> StateDirectory::read(const std::string& name) const {
  if (!is_one_component(name)) {
    return std::nullopt;
  }
  const std::string path = path_of(name);
  auto text = sys::read_file_at(directory_, name.c_str(), state_limit, path);
  if (!text) {
    note(*findings_, path, std::move(text).error());
    return std::nullopt;
  }
  return *std::move(text);
}

std::string StateDirectory::path_of(const std::string& name) const {
  return fmt::format("{}/{}", path_, escape_for_terminal(name));
}

void StateDirectory::note_broken(const std::string& name, Error error) const {
  findings_->broken.push_back(std::move(error).during(path_of(name)));
}

}  // namespace nsplay::target
