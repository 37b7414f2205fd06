// Stands in for libFuzzer where the compiler has none: runs a fuzz target on every file of the
// directories that are its arguments, so that what once crashed stays a test.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <boost/filesystem/operations.hpp>

#include "fuzz_target.h"

namespace {

bool replay(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return false;
  }
  // Without spare room, so that AddressSanitizer sees a read behind the end.
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);  // the last line names the file that crashes
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    boost::system::error_code error;
    boost::filesystem::directory_iterator entry(argv[i], error);
    for (; !error && entry != boost::filesystem::directory_iterator(); entry.increment(error)) {
      if (!replay(entry->path().string())) {
        std::fprintf(stderr, "cannot read %s\n", entry->path().c_str());
        return 1;
      }
      ++count;
    }
    if (error) {
      std::fprintf(stderr, "%s: %s\n", argv[i], error.message().c_str());
      return 1;
    }
  }
  if (count == 0) {
    std::fprintf(stderr, "nothing to replay\n");
    return 1;
  }
  return 0;
}
