#include "nsplay/ops/namespace_files.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

#include "nsplay/base/text.h"
#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/bound_file.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/directory.h"
#include "nsplay/target/layer_records.h"

namespace nsplay::ops {
namespace {

using target::LayerRecords;

/// By which stop takes it for a file: without a '/' it would be the name of a play.
std::string word_for_stop(const sys::MountPlace& place) {
  const bool has_slash = place.shown_as.find('/') != std::string::npos;
  return has_slash ? place.shown_as : "./" + place.shown_as;
}

/// mount(2) would follow a symbolic link.
Result<> check_file(const sys::UniqueFd& file, const sys::MountPlace& place) {
  if (TRY(is_namespace(file, place))) {
    return fail(
        Error::of(0, place.shown_as, "is a namespace already")
            .with_hint(fmt::format("unbind it first: nsplay stop {}", word_for_stop(place))));
  }
  if (!TRY(sys::is_regular_file(file, place.shown_as))) {
    return fail(Error::of(0, place.shown_as, "is not a regular file"));
  }
  return {};
}

/// Made when it is missing: with its mark, or not at all.
Result<> make_file(const sys::MountPlace& place, const Narrator& narrator) {
  auto made =
      sys::make_whole_file_at(place.directory, place.name.c_str(), bound_file_mark, place.shown_as);
  if (!made && made.error().errnum == EEXIST) {
    return {};
  }
  narrate_outcome(narrator, made, [&] { return fmt::format("make({})", quote(place.shown_as)); });
  return made;
}

/// Whoever comes later finds it bound, or locked. It ends with forget(), also for the copies that
/// children have of the descriptor.
Result<sys::UniqueFd> lock_file(const sys::MountPlace& place, const sys::FileIdentity& file) {
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  sys::UniqueFd lock =
      TRY(sys::open_at(place.directory, place.name.c_str(), flags, place.shown_as));
  const bool is_locked = sys::try_lock(lock);
  const sys::UniqueFd present = TRY(open_uppermost(place));
  TRY(check_file(present, place));
  if (!is_locked || TRY(sys::identity_of(present, place.shown_as)) != file) {
    return fail(Error::of(0, place.shown_as, "is another create's, which is not ready yet")
                    .with_hint("try again, or choose another FILE"));
  }
  return lock;
}

/// Linux 6.18 tells by their ids which mnt namespace is the older one, and gives each processor
/// ids of its own to deal out.
std::string cure_of(int errnum, ns::Kind kind) {
  if (errnum == EINVAL && kind == ns::Kind::mnt) {
    return "a mnt namespace can be bound in an older one alone, which this kernel decides by ids "
           "that are not always in order: try again, or from the machine's first mnt namespace";
  }
  if (errnum == ENOENT) {
    return "FILE is made when it is missing, in a directory that has to be there and to take files";
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

}  // namespace

NamespaceFiles& NamespaceFiles::operator=(NamespaceFiles&& other) noexcept {
  if (this != &other) {
    undo();
    files_ = std::exchange(other.files_, {});
    narrator_ = std::move(other.narrator_);
  }
  return *this;
}

Result<NamespaceFiles::File> NamespaceFiles::prepare_file(ns::Kind kind,
                                                          const std::string& path) const {
  File file;
  file.kind = kind;
  file.place = TRY(place_of(path));
  TRY(make_file(file.place, narrator_));
  const sys::UniqueFd present = TRY(open_uppermost(file.place));
  TRY(check_file(present, file.place));
  file.identity = TRY(sys::identity_of(present, file.place.shown_as));
  return file;
}

Result<NamespaceFiles> NamespaceFiles::prepare(const std::map<ns::Kind, std::string>& files,
                                               const Narrator& narrator) {
  NamespaceFiles prepared;
  prepared.narrator_ = narrator;
  for (const auto& [kind, path] : files) {
    auto file = prepared.prepare_file(kind, path);
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
    auto lock = lock_file(file->place, file->identity);
    if (!lock) {
      return fail(cannot_keep(kind, std::move(lock).error()));
    }
    file->lock = *std::move(lock);
    prepared.files_.push_back(*std::move(file));
  }
  return prepared;
}

Result<> NamespaceFiles::bind_namespace(File& file, const ns::NamespaceHandle& handle) const {
  auto bound = sys::bind_on(handle.fd(), file.place);
  narrate_outcome(narrator_, bound, [&] {
    return fmt::format("mount({}, {}, MS_BIND)", handle.name(), quote(file.place.shown_as));
  });
  file.mounts += bound ? 1 : 0;
  return bound;
}

Result<> NamespaceFiles::bind_file(File& file, const ns::NamespaceHandle& handle) const {
  auto bound = bind_namespace(file, handle);
  // A mnt namespace in which others would get to see the mount could hold itself alive,
  // mount_namespaces(7).
  if (!bound && bound.error().errnum == EINVAL && file.kind == ns::Kind::mnt) {
    TRY(TRY(LayerRecords::open_or_make()).add(file.identity));
    const auto made = sys::make_private_place(file.place);
    narrate_outcome(narrator_, made, [&] {
      return fmt::format("mount({0}, {0}, MS_BIND), mount({0}, MS_PRIVATE)",
                         quote(file.place.shown_as));
    });
    TRY(made);
    ++file.mounts;
    bound = bind_namespace(file, handle);
  }
  return bound;
}

Result<> NamespaceFiles::bind(pid_t child) {
  const procfs::PinnedProcess process = TRY(procfs::pin_process(child));
  for (File& file : files_) {
    const ns::NamespaceHandle handle = TRY(ns::open_namespace(process, file.kind));
    if (auto bound = bind_file(file, handle); !bound) {
      return fail(cannot_keep(file.kind, std::move(bound).error()));
    }
  }
  return {};
}

void NamespaceFiles::undo_file(const File& file) const noexcept {
  for (int i = 0; i < file.mounts; ++i) {
    const auto unbound = sys::unbind(file.place);
    narrate_outcome(narrator_, unbound, [&] {
      return fmt::format("umount2({}, MNT_DETACH)", quote(file.place.shown_as));
    });
  }
  static_cast<void>(remove_if_made(file.place, narrator_));
  if (const auto records = LayerRecords::open(); records && *records) {
    static_cast<void>((*records)->remove(file.identity));
  }
}

void NamespaceFiles::undo() noexcept {
  for (const File& file : files_) {
    undo_file(file);
  }
  forget();
}

void NamespaceFiles::forget() noexcept {
  for (const File& file : files_) {
    sys::unlock(file.lock);
  }
  files_.clear();
}

}  // namespace nsplay::ops
