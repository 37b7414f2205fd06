#include "nsplay/ops/cgroup_records.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/files.h"
#include "nsplay/target/runtime_directory.h"

namespace nsplay::ops {
namespace {

constexpr const char* own_name = "cgroups";
constexpr const char* unconfirmed = "new";

std::string name_of(const CgroupRecord& record) {
  return record.inode ? std::to_string(*record.inode) : unconfirmed;
}

}  // namespace

Result<CgroupRecords> CgroupRecords::open_or_make() {
  const target::RuntimeDirectory place = TRY(target::make_runtime_directory());
  std::string path = fmt::format("{}/{}", place.path, own_name);
  TRY(sys::make_directory_at(place.directory, own_name, path));
  sys::UniqueFd directory =
      TRY(sys::open_at(place.directory, own_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, path));
  return CgroupRecords(std::move(directory), std::move(path));
}

Result<std::optional<CgroupRecords>> CgroupRecords::open() {
  const auto place = TRY(target::open_runtime_directory());
  if (!place) {
    return std::nullopt;
  }
  std::string path = fmt::format("{}/{}", place->path, own_name);
  auto directory =
      sys::open_at(place->directory, own_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, path);
  if (!directory && directory.error().errnum == ENOENT) {
    return std::nullopt;
  }
  if (!directory) {
    return fail(std::move(directory).error());
  }
  return std::optional(CgroupRecords(*std::move(directory), std::move(path)));
}

Result<> CgroupRecords::lock() {
  sys::UniqueFd own = TRY(sys::open_at(directory_, ".", O_RDONLY | O_DIRECTORY, path_));
  TRY(sys::lock(own, path_));
  lock_ = std::move(own);
  return {};
}

void CgroupRecords::unlock() noexcept {
  if (lock_) {
    sys::unlock(lock_);
    lock_.reset();
  }
}

Result<std::vector<CgroupRecord>> CgroupRecords::read() const {
  std::vector<CgroupRecord> records;
  for (const std::string& name : TRY(sys::names_in(directory_, path_))) {
    CgroupRecord record;
    record.inode = parse_number<std::uint64_t>(name);
    auto text = sys::read_link_at(directory_, name.c_str(), path_);
    if (text && name == name_of(record)) {
      record.path = *std::move(text);
      records.push_back(std::move(record));
    }
  }
  const auto depth = [](const CgroupRecord& record) {
    return std::count(record.path.begin(), record.path.end(), '/');
  };
  std::sort(records.begin(), records.end(), [&](const auto& one, const auto& other) {
    return depth(one) > depth(other);
  });
  return records;
}

Result<> CgroupRecords::announce(const std::string& path) const {
  return sys::make_link_at(directory_, unconfirmed, path, path_);
}

Result<> CgroupRecords::confirm(std::uint64_t inode) const {
  return sys::rename_at(directory_, unconfirmed, std::to_string(inode).c_str(), path_);
}

Result<> CgroupRecords::remove(const CgroupRecord& record) const {
  return sys::remove_at(directory_, name_of(record).c_str(), path_);
}

}  // namespace nsplay::ops
