#include "support/reachable_tree.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "nsplay/sys/unique_fd.h"

#include "support/must.h"
#include "support/run_nsplay.h"

namespace nsplay::test {
namespace {

namespace fs = std::filesystem;

/// The directories above the programs that not everybody may search, and what is needed of each.
using Passages = std::map<fs::path, std::set<fs::path>>;

bool is_for_everybody(const fs::path& directory) {
  struct stat status = {};
  must(::stat(directory.c_str(), &status) == 0, "stat " + directory.string());
  return (status.st_mode & S_IXOTH) != 0;
}

void add_passages_to(const fs::path& program, Passages& passages) {
  fs::path way = "/";
  for (const fs::path& name : fs::canonical(program).relative_path()) {
    if (!is_for_everybody(way)) {
      passages[way].insert(name);
    }
    way /= name;
    if (!fs::is_directory(way)) {
      return;
    }
  }
}

/// In place of the directory: one that everybody may search, which has what is needed of it.
void widen(const fs::path& directory, const std::set<fs::path>& names) {
  const sys::UniqueFd hidden(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  must(static_cast<bool>(hidden), "open " + directory.string());
  must(::mount("none", directory.c_str(), "tmpfs", 0, "mode=0755") == 0, "mount a tmpfs");
  for (const fs::path& name : names) {
    const fs::path below = fs::path("/proc/self/fd") / std::to_string(hidden.get()) / name;
    const fs::path place = directory / name;
    const bool is_directory = fs::is_directory(below);
    const int made =
        is_directory ? ::mkdir(place.c_str(), 0755) : ::mknod(place.c_str(), S_IFREG | 0644, 0);
    must(made == 0, "make " + place.string());
    must(::mount(below.c_str(), place.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0,
         "bind " + place.string());
  }
}

}  // namespace

void open_the_way_to_programs() {
  if (::geteuid() != 0) {
    return;
  }
  Passages passages;
  add_passages_to("/proc/self/exe", passages);
  if (fs::exists(nsplay_path())) {
    add_passages_to(nsplay_path(), passages);
  }
  // In the order of their names: from above to below.
  for (const auto& [directory, names] : passages) {
    widen(directory, names);
  }
}

}  // namespace nsplay::test
