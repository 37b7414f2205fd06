#pragma once

// listns of Linux 6.19, on every kernel that has ids of namespaces: a thread's calls of it, and of
// open_by_handle_at(2), which takes an id alone from then on, are answered by another thread
// (seccomp_unotify(2)). For front processes.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "nsplay/ns/kind.h"
#include "nsplay/ops/list.h"
#include "nsplay/sys/unique_fd.h"

struct seccomp_notif;

namespace nsplay::test {

class EmulatedListns {
 public:
  /// How many ids one answer has at most.
  void set_page_size(std::size_t size) { page_size_ = size; }

  /// Every call of listns fails.
  void refuse_with(int errnum) { refusal_ = errnum; }

  /// Every answer is the first one, whatever id is known already.
  void repeat_itself() { repeats_itself_ = true; }

  /// A namespace of this kind that opens as this file.
  void add(std::uint64_t id, ns::Kind kind, sys::UniqueFd file);

  /// One whose opening fails.
  void add_closed(std::uint64_t id, ns::Kind kind, int errnum);

  /// What nsplay list finds there.
  Result<ops::ListReport> list(const ops::ListRequest& request);

  /// The ids that it has tried to open.
  [[nodiscard]] const std::vector<std::uint64_t>& opened() const { return opened_; }

  /// How often it has called listns.
  [[nodiscard]] std::size_t calls() const { return calls_; }

 private:
  struct Namespace {
    ns::Kind kind = ns::Kind::uts;
    sys::UniqueFd file;
    int errnum = 0;
  };

  void answer_all(const sys::UniqueFd& listener);
  void answer(const sys::UniqueFd& listener, const seccomp_notif& call);
  void answer_listns(const sys::UniqueFd& listener, const seccomp_notif& call);
  void answer_opening(const sys::UniqueFd& listener, const seccomp_notif& call);
  [[nodiscard]] std::vector<std::uint64_t> ids_for(std::uint64_t after, std::uint32_t types) const;

  std::map<std::uint64_t, Namespace> namespaces_;  ///< by id
  std::size_t page_size_ = SIZE_MAX;
  std::optional<int> refusal_;
  bool repeats_itself_ = false;
  std::vector<std::uint64_t> opened_;
  std::size_t calls_ = 0;
};

}  // namespace nsplay::test
