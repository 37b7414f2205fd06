#include "nsplay/ops/ps.h"

#include <algorithm>
#include <array>
#include <utility>

#include "nsplay/base/try.h"
#include "nsplay/ns/process_namespaces.h"
#include "nsplay/ops/hints.h"
#include "nsplay/procfs/process_dir.h"
#include "nsplay/sys/limits.h"
#include "nsplay/target/living.h"

namespace nsplay::ops {
namespace {

using SeenNamespace = std::optional<sys::FileIdentity>;

/// By kind; empty where it has none, or the caller may not look.
using SeenNamespaces = std::array<SeenNamespace, ns::kind_count>;

struct SeenContainer {
  SeenNamespaces namespaces;
  std::optional<Error> error;  ///< why nothing can be seen
};

SeenContainer look_into(const procfs::PinnedProcess& process) {
  SeenContainer seen;
  std::optional<Error> last;
  for (const ns::KindInfo& info : ns::all_kinds()) {
    SeenNamespace& place = seen.namespaces.at(static_cast<std::size_t>(info.kind));
    auto identity = process.dir.identity(info.proc_path);
    if (identity) {
      place = *identity;
    } else {
      last = std::move(identity).error();
    }
  }
  const bool is_any = std::any_of(seen.namespaces.begin(),
                                  seen.namespaces.end(),
                                  [](const SeenNamespace& one) { return one.has_value(); });
  seen.error = is_any ? std::nullopt : std::move(last);
  return seen;
}

/// Nobody has to be allowed to look at pid 1.
SeenNamespaces namespaces_of_pid_1() {
  const auto process = procfs::pin_process(1);
  return process ? look_into(*process).namespaces : SeenNamespaces();
}

/// Who is in which namespace.
class Company {
 public:
  Company(const procfs::PinnedProcess& self, const std::vector<target::LivingContainer>& containers)
      : own_(look_into(self).namespaces), first_(namespaces_of_pid_1()) {
    std::transform(
        containers.begin(), containers.end(), std::back_inserter(all_), [](const auto& one) {
          return look_into(one.init);
        });
  }

  [[nodiscard]] const std::optional<Error>& error_of(std::size_t container) const {
    return all_[container].error;
  }

  [[nodiscard]] NamespaceUse use_of(std::size_t container) const {
    NamespaceUse use;
    for (const ns::KindInfo& info : ns::all_kinds()) {
      const auto kind = static_cast<std::size_t>(info.kind);
      const SeenNamespace& identity = all_[container].namespaces.at(kind);
      if (!identity) {
        continue;
      }
      SharedKind shared = sharing(container, info.kind, identity);
      if (shared.with_host || !shared.with.empty()) {
        use.shared.push_back(std::move(shared));
      } else {
        use.own.insert(info.kind);
      }
    }
    return use;
  }

 private:
  [[nodiscard]] SharedKind sharing(std::size_t container,
                                   ns::Kind kind,
                                   const SeenNamespace& identity) const {
    const auto index = static_cast<std::size_t>(kind);
    SharedKind shared;
    shared.kind = kind;
    shared.with_host = identity == own_.at(index) || identity == first_.at(index);
    for (std::size_t i = 0; i < all_.size() && !shared.with_host; ++i) {
      if (i != container && identity == all_[i].namespaces.at(index)) {
        shared.with.push_back(i);
      }
    }
    return shared;
  }

  std::vector<SeenContainer> all_;
  SeenNamespaces own_;
  SeenNamespaces first_;
};

}  // namespace

Result<PsReport> list_containers() {
  // Two for each container.
  const sys::RaisedDescriptorLimit raised;
  target::LivingContainers living = TRY(target::find_living_containers());
  const Company company(TRY(procfs::pin_self()), living.containers);
  ProcessLook look;
  PsReport report;
  report.unreadable = std::move(living.unreadable);
  report.broken = std::move(living.broken);
  for (std::size_t i = 0; i < living.containers.size(); ++i) {
    auto& [container, init] = living.containers[i];
    const auto& error = company.error_of(i);
    auto use = error ? Result<NamespaceUse>(fail(Error(*error).with_hint(access_hint(init))))
                     : Result<NamespaceUse>(company.use_of(i));
    report.containers.push_back({std::move(container), look.at(init.pid), std::move(use)});
  }
  return report;
}

}  // namespace nsplay::ops
