#include "nsplay/target/layer_records.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/sys/directory.h"

namespace nsplay::target {
namespace {

/// No play's name begins with a dot.
std::string name_of(const sys::FileIdentity& file) {
  return fmt::format(".layered-{:x}-{}", file.device, file.inode);
}

}  // namespace

Result<LayerRecords> LayerRecords::open_or_make() {
  return LayerRecords(TRY(make_runtime_directory()));
}

Result<std::optional<LayerRecords>> LayerRecords::open() {
  auto runtime = TRY(open_runtime_directory());
  if (!runtime) {
    return std::nullopt;
  }
  return std::optional(LayerRecords(*std::move(runtime)));
}

Result<> LayerRecords::add(const sys::FileIdentity& file) const {
  // One that is there already is of a file that is gone, and whose inode this one got.
  TRY(remove(file));
  return sys::write_new_file_at(runtime_.directory, name_of(file).c_str(), "", runtime_.path);
}

Result<bool> LayerRecords::has(const sys::FileIdentity& file) const {
  const auto record =
      sys::read_file_at(runtime_.directory, name_of(file).c_str(), 0, runtime_.path);
  if (!record && record.error().errnum != ENOENT) {
    return fail(record.error());
  }
  return record.has_value();
}

Result<> LayerRecords::remove(const sys::FileIdentity& file) const {
  return sys::remove_at(runtime_.directory, name_of(file).c_str(), runtime_.path);
}

}  // namespace nsplay::target
