#include "state_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <boost/filesystem.hpp>

namespace nsplay::test {

namespace files = boost::filesystem;

/// The caller's own: what others may write into is not believed.
StateTree::StateTree()
    : root_(
          (files::temp_directory_path() / files::unique_path("nsplay-state-%%%%-%%%%")).string()) {
  files::create_directory(root_);
}

StateTree::~StateTree() {
  boost::system::error_code ignored;
  files::remove_all(root_, ignored);
}

void StateTree::add(const std::string& path, std::string_view text) const {
  files::create_directories(files::path(root_ + path).parent_path());
  std::ofstream file(root_ + path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + root_ + path);
  }
}

void StateTree::add_link(const std::string& path, const std::string& to) const {
  files::create_directories(files::path(root_ + path).parent_path());
  files::create_symlink(to, root_ + path);
}

void StateTree::allow(const std::string& path, mode_t mode) const {
  if (::chmod(place_of(path).c_str(), mode) != 0) {
    throw std::runtime_error("cannot change the mode of " + path);
  }
}

void StateTree::give(const std::string& path, uid_t uid, gid_t gid) const {
  if (::chown(place_of(path).c_str(), uid, gid) != 0) {
    throw std::runtime_error("cannot change the owner of " + path);
  }
}

void StateTree::add_keeper(pid_t pid,
                           pid_t init,
                           std::string_view line,
                           const std::string& directory) {
  std::string text(line);
  if (!text.starts_with('[')) {
    std::replace(text.begin(), text.end(), ' ', '\0');
  }
  target::Keeper keeper = target::parse_keeper(text);
  keeper.pid = pid;
  keeper.init = init;
  if (init != 0) {
    keeper.inits = {{init, {}}};
  }
  keeper.directory = directory;
  keepers_.push_back(keeper);
}

void StateTree::add_kept(target::KeptInit init) {
  keepers_.back().inits.push_back(std::move(init));
}

target::Machine StateTree::machine() const {
  target::Machine machine;
  machine.root = root_;
  machine.uid = ::geteuid() == 0 ? 1000 : ::geteuid();
  machine.data_directory = "/home/.local/share";
  machine.runtime_directory = "/user";
  machine.keepers = keepers_;
  return machine;
}

target::Findings StateTree::find(std::string_view engine) const {
  target::Findings findings;
  target::engine_named(engine)->find(machine(), findings);
  return findings;
}

}  // namespace nsplay::test
