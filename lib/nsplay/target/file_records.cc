#include "nsplay/target/file_records.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"

namespace nsplay::target {
namespace {

/// No play's name begins with a dot.
std::string name_of(FileFact fact, const sys::FileIdentity& file) {
  return fmt::format(
      ".{}-{:x}-{}", fact == FileFact::made ? "made" : "layered", file.device, file.inode);
}

}  // namespace

Result<FileRecords> FileRecords::open_or_make() {
  return FileRecords(TRY(make_runtime_directory()));
}

Result<std::optional<FileRecords>> FileRecords::open() {
  auto runtime = TRY(open_runtime_directory());
  if (!runtime) {
    return std::nullopt;
  }
  return std::optional(FileRecords(*std::move(runtime)));
}

Result<> FileRecords::add(FileFact fact, const sys::FileIdentity& file) const {
  // One that is there already is of a file that is gone, and whose inode this one got.
  TRY(remove(fact, file));
  return sys::write_new_file_at(runtime_.directory, name_of(fact, file).c_str(), "", runtime_.path);
}

Result<bool> FileRecords::has(FileFact fact, const sys::FileIdentity& file) const {
  const auto record =
      sys::read_file_at(runtime_.directory, name_of(fact, file).c_str(), 0, runtime_.path);
  if (!record && record.error().errnum != ENOENT) {
    return fail(record.error());
  }
  return record.has_value();
}

Result<> FileRecords::remove(FileFact fact, const sys::FileIdentity& file) const {
  return sys::remove_at(runtime_.directory, name_of(fact, file).c_str(), runtime_.path);
}

}  // namespace nsplay::target
