#include "nsplay/ops/namespace_files.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <boost/filesystem/path.hpp>
#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/directory.h"
#include "nsplay/sys/kernel_abi.h"
#include "nsplay/target/file_records.h"

namespace nsplay::ops {
namespace {

using target::FileFact;
using target::FileRecords;

Result<sys::MountPlace> place_of(const std::string& path) {
  const boost::filesystem::path whole(path);
  if (whole.filename().empty() || whole.filename() == "/" || whole.filename_is_dot() ||
      whole.filename_is_dot_dot()) {
    return fail(Error::usage(fmt::format("{} names no file", quote(path))));
  }
  const std::string parent = whole.has_parent_path() ? whole.parent_path().string() : ".";
  sys::MountPlace place;
  place.directory = TRY(sys::open_file(parent, O_PATH | O_DIRECTORY));
  place.name = whole.filename().string();
  place.shown_as = escape_for_terminal(path);
  return place;
}

/// What is at the place now, the uppermost mount there.
Result<sys::UniqueFd> open_uppermost(const sys::MountPlace& place) {
  return sys::open_at(place.directory, place.name.c_str(), O_PATH | O_NOFOLLOW, place.shown_as);
}

Result<bool> is_namespace(const sys::UniqueFd& file, const sys::MountPlace& place) {
  return TRY(sys::file_system_type(file, place.shown_as)) == sys::abi::nsfs_magic;
}

/// mount(2) would follow a symbolic link.
Result<> check_file(const sys::UniqueFd& file, const sys::MountPlace& place) {
  if (TRY(is_namespace(file, place))) {
    return fail(Error::of(0, place.shown_as, "is a namespace already")
                    .with_hint(fmt::format("unbind it first: nsplay stop {}", place.shown_as)));
  }
  if (!TRY(sys::is_regular_file(file, place.shown_as))) {
    return fail(Error::of(0, place.shown_as, "is not a regular file"));
  }
  return {};
}

/// Whether it was not there before.
Result<bool> make_file(const sys::MountPlace& place) {
  auto made = sys::write_new_file_at(place.directory, place.name.c_str(), "", place.shown_as);
  if (!made && made.error().errnum != EEXIST) {
    return fail(std::move(made).error());
  }
  return made.has_value();
}

/// Linux 6.18 tells by their ids which mnt namespace is the older one, and gives each processor
/// ids of its own to deal out.
std::string cure_of(int errnum, ns::Kind kind) {
  if (errnum == EINVAL && kind == ns::Kind::mnt) {
    return "a mnt namespace can be bound in an older one alone, which this kernel decides by ids "
           "that are not always in order: try again, or from the machine's first mnt namespace";
  }
  return errnum == EPERM ? "a mount needs CAP_SYS_ADMIN in the user namespace that owns your mnt "
                           "namespace; run as root"
                         : "";
}

Error cannot_keep(ns::Kind kind, Error cause) {
  std::string cure = cure_of(cause.errnum, kind);
  return std::move(cause)
      .during(fmt::format("cannot keep {} in a file", ns::name_of(kind)))
      .with_hint(std::move(cure));
}

/// Nothing may be lost of a file that somebody has written to meanwhile.
Result<> remove_made_file(const sys::MountPlace& place) {
  if (sys::read_file_at(place.directory, place.name.c_str(), 0, place.shown_as)) {
    return sys::remove_at(place.directory, place.name.c_str(), place.shown_as);
  }
  return {};
}

/// What was recorded of a file that no namespace is bound on any more.
Result<> undo_recorded(const FileRecords& records,
                       const sys::MountPlace& place,
                       const sys::FileIdentity& file) {
  if (TRY(records.has(FileFact::layered, file))) {
    TRY(sys::unbind(place));
    TRY(records.remove(FileFact::layered, file));
  }
  if (TRY(records.has(FileFact::made, file))) {
    TRY(remove_made_file(place));
    TRY(records.remove(FileFact::made, file));
  }
  return {};
}

/// What a create that was killed has made, and not bound any more.
Result<> forget_unbound(const sys::MountPlace& place, const sys::FileIdentity& file) {
  const auto records = TRY(FileRecords::open());
  if (!records || !TRY(records->has(FileFact::made, file))) {
    return fail(Error::of(0, place.shown_as, "is not a namespace file"));
  }
  return undo_recorded(*records, place, file);
}

}  // namespace

NamespaceFiles& NamespaceFiles::operator=(NamespaceFiles&& other) noexcept {
  if (this != &other) {
    undo();
    files_ = std::exchange(other.files_, {});
  }
  return *this;
}

Result<NamespaceFiles::File> NamespaceFiles::prepare_file(ns::Kind kind, const std::string& path) {
  File file;
  file.kind = kind;
  file.place = TRY(place_of(path));
  file.is_made = TRY(make_file(file.place));
  const sys::UniqueFd present = TRY(open_uppermost(file.place));
  TRY(check_file(present, file.place));
  file.identity = TRY(sys::identity_of(present, file.place.shown_as));
  return file;
}

Result<NamespaceFiles> NamespaceFiles::prepare(const std::map<ns::Kind, std::string>& files) {
  NamespaceFiles prepared;
  for (const auto& [kind, path] : files) {
    auto file = prepare_file(kind, path);
    if (!file) {
      return fail(cannot_keep(kind, std::move(file).error()));
    }
    const bool is_taken =
        std::any_of(prepared.files_.begin(), prepared.files_.end(), [&](const File& other) {
          return other.identity == file->identity;
        });
    if (is_taken) {
      return fail(Error::usage(fmt::format("{} is to keep two namespaces", quote(path))));
    }
    prepared.files_.push_back(*std::move(file));
    if (prepared.files_.back().is_made) {
      TRY(TRY(FileRecords::open_or_make()).add(FileFact::made, prepared.files_.back().identity));
    }
  }
  return prepared;
}

Result<> NamespaceFiles::bind_file(File& file, const ns::NamespaceHandle& handle) {
  auto bound = sys::bind_on(handle.fd(), file.place);
  // A mnt namespace in which others would get to see the mount could hold itself alive,
  // mount_namespaces(7).
  if (!bound && bound.error().errnum == EINVAL && file.kind == ns::Kind::mnt) {
    TRY(TRY(FileRecords::open_or_make()).add(FileFact::layered, file.identity));
    TRY(sys::make_private_place(file.place));
    ++file.mounts;
    bound = sys::bind_on(handle.fd(), file.place);
  }
  file.mounts += bound ? 1 : 0;
  return bound;
}

Result<> NamespaceFiles::bind(pid_t child, const Narrator& narrator) {
  const procfs::PinnedProcess process = TRY(procfs::pin_process(child));
  for (File& file : files_) {
    const ns::NamespaceHandle handle = TRY(ns::open_namespace(process, file.kind));
    auto bound = bind_file(file, handle);
    if (narrator) {
      narrate_call(narrator,
                   fmt::format("mount({}, {}, MS_BIND)", handle.name(), quote(file.place.shown_as)),
                   0,
                   bound ? 0 : bound.error().errnum);
    }
    if (!bound) {
      return fail(cannot_keep(file.kind, std::move(bound).error()));
    }
  }
  return {};
}

void NamespaceFiles::undo() noexcept {
  for (const File& file : files_) {
    for (int i = 0; i < file.mounts; ++i) {
      static_cast<void>(sys::unbind(file.place));
    }
    if (file.is_made) {
      static_cast<void>(remove_made_file(file.place));
    }
    if (const auto records = FileRecords::open(); records && *records) {
      static_cast<void>((*records)->remove(FileFact::layered, file.identity));
      static_cast<void>((*records)->remove(FileFact::made, file.identity));
    }
  }
  files_.clear();
}

Result<> unbind_namespace_file(const std::string& path) {
  const sys::MountPlace place = TRY(place_of(path));
  const sys::UniqueFd uppermost = TRY(open_uppermost(place));
  if (!TRY(is_namespace(uppermost, place))) {
    return forget_unbound(place, TRY(sys::identity_of(uppermost, place.shown_as)));
  }
  TRY(sys::unbind(place));
  const sys::UniqueFd below = TRY(open_uppermost(place));
  const auto records = TRY(FileRecords::open());
  if (TRY(is_namespace(below, place)) || !records) {
    return {};
  }
  return undo_recorded(*records, place, TRY(sys::identity_of(below, place.shown_as)));
}

}  // namespace nsplay::ops
