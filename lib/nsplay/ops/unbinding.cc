#include "nsplay/ops/unbinding.h"

#include <cerrno>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ops/bound_file.h"
#include "nsplay/sys/files.h"

namespace nsplay::ops {
namespace {

/// A create that was killed may have recorded the mount before it was made.
Result<> unbind_layer(const sys::MountPlace& place, const Unbinding& how) {
  auto unbound = how.unbind(place);
  return !unbound && unbound.error().errnum == EINVAL ? Result<>() : unbound;
}

/// What else was done to a file that no namespace is bound on any more. False: nothing.
Result<bool> undo_layer(const sys::MountPlace& place, const Unbinding& how) {
  if (!how.records) {
    return fail(how.records.error());
  }
  const auto& records = *how.records;
  if (!records) {
    return false;
  }
  const sys::UniqueFd present = TRY(open_uppermost(place));
  const sys::FileIdentity file = TRY(sys::identity_of(present, place.shown_as));
  if (!TRY(records->has(file))) {
    return false;
  }
  TRY(unbind_layer(place, how));
  TRY(records->remove(file));
  return true;
}

/// A file of /proc/PID/ns is a link too.
bool leads_to_namespace(const sys::MountPlace& place) {
  const auto file = sys::open_at(place.directory, place.name.c_str(), O_PATH, place.shown_as);
  return file && is_namespace(*file, place).value_or(false);
}

Error nothing_is_bound(const sys::MountPlace& place) {
  return leads_to_namespace(place)
             ? Error::of(0, place.shown_as, "is a link to a namespace, and no bind mount of one")
                   .with_hint(
                       "a namespace of a process ends with its processes; of a file that "
                       "one is bound on, give its own path")
             : Error::of(0, place.shown_as, "is not a namespace file");
}

/// What a create that was killed has made, and not bound any more.
Result<> forget_unbound(const sys::MountPlace& place, const Unbinding& how) {
  const bool is_ours = TRY(undo_layer(place, how)) || has_mark(place);
  return is_ours ? remove_if_made(place) : fail(nothing_is_bound(place));
}

Error cannot_unbind(Error cause) {
  const bool is_locked = cause.errnum == EINVAL;
  const bool is_refused = cause.errnum == EPERM;
  return std::move(cause).with_hint(
      is_refused  ? "an unmount needs CAP_SYS_ADMIN in the user namespace that owns your mnt "
                    "namespace; run as root"
      : is_locked ? "a mount that came from a mnt namespace with another owner is locked, "
                    "mount_namespaces(7): stop it where it was made"
                  : "");
}

}  // namespace

Result<> unbind_place(const sys::MountPlace& place, const Unbinding& how) {
  const sys::UniqueFd uppermost = TRY(open_uppermost(place));
  if (!TRY(is_namespace(uppermost, place))) {
    return how.leftovers == Leftovers::undo ? forget_unbound(place, how)
                                            : fail(nothing_is_bound(place));
  }
  while (TRY(is_namespace(TRY(open_uppermost(place)), place))) {
    if (auto unbound = how.unbind(place); !unbound) {
      return fail(cannot_unbind(std::move(unbound).error()));
    }
  }
  if (how.leftovers == Leftovers::keep) {
    return {};
  }
  TRY(undo_layer(place, how));
  return remove_if_made(place);
}

Result<> unbind_namespace_file(const std::string& path) {
  const auto place = place_of(path);
  Unbinding how;
  how.records = target::LayerRecords::open();
  auto unbound = place ? unbind_place(*place, how) : fail(place.error());
  const bool is_missing = !unbound && unbound.error().errnum == ENOENT;
  return is_missing ? fail(std::move(unbound).error().with_hint(
                          "nsplay list -P -o TYPE,MOUNTS shows the files of namespaces"))
                    : std::move(unbound);
}

bool is_namespace_file(const std::string& path) {
  const auto place = place_of(path);
  const auto file = place ? open_uppermost(*place) : fail(place.error());
  return file && is_namespace(*file, *place).value_or(false);
}

}  // namespace nsplay::ops
