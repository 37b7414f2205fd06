#include "support/cgroup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "support/processes.h"

namespace nsplay::test {

std::optional<std::string> Cgroup::mount_of(std::string_view hierarchy) {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string source;
    std::string point;
    std::string type;
    std::string options;
    fields >> source >> point >> type >> options;
    const bool is_it =
        hierarchy == "cgroup2"
            ? type == "cgroup2"
            : type == "cgroup" && ("," + options + ",").find("," + std::string(hierarchy) + ",") !=
                                      std::string::npos;
    if (is_it) {
      return point;
    }
  }
  return std::nullopt;
}

Cgroup::Cgroup(std::string_view hierarchy, const std::string& name)
    : name_(name + "-" + std::to_string(::getpid())),
      directory_(mount_of(hierarchy).value() + "/" + name_) {
  make();
}

Cgroup::Cgroup(const Cgroup& above, const std::string& name)
    : name_(above.name_ + "/" + name), directory_(above.directory_ + "/" + name) {
  make();
}

void Cgroup::make() const {
  if (::mkdir(directory_.c_str(), 0755) != 0) {
    throw std::system_error(errno, std::generic_category(), directory_);
  }
}

Cgroup::~Cgroup() {
  // Its last process may still be on its way out.
  eventually([&] { return ::rmdir(directory_.c_str()) == 0; });
}

void Cgroup::take(pid_t pid) const {
  write("cgroup.procs", std::to_string(pid));
}

void Cgroup::write(const std::string& file, const std::string& text) const {
  std::ofstream stream(directory_ + "/" + file);
  if (!(stream << text << std::flush)) {
    throw std::runtime_error("cannot write " + file);
  }
}

}  // namespace nsplay::test
