#include "nsplay/target/target.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/target/containers.h"
#include "nsplay/target/names.h"

namespace nsplay::target {
namespace {

/// Errors: ESRCH when the number is another process's by now.
Result<> check_inode(const procfs::PinnedProcess& process, std::uint64_t wanted) {
  const auto inode = process.pidfd ? TRY(process.pidfd->inode()) : std::nullopt;
  if (!inode) {
    return fail(Error::of(0, "this kernel gives a pidfd no inode of its own", "")
                    .with_hint("PID:PIDFD_INODE needs Linux 6.9; name the pid alone"));
  }
  if (*inode != wanted) {
    return fail(
        Error::of(ESRCH,
                  fmt::format("pid {} has pidfd inode {}, not", process.pid, *inode),
                  std::to_string(wanted))
            .with_hint("the process you mean has ended and its pid was given to another one"));
  }
  return {};
}

/// That there is no such file is an answer, as that there is no such process.
Error as_answer(Error error) {
  error.trouble = error.errnum == ENOENT ? Trouble::absent : error.trouble;
  return error;
}

struct Resolver {
  Result<Subject> operator()(const ProcessExpression& expression) const {
    procfs::PinnedProcess process = TRY(procfs::pin_process(expression.pid));
    if (expression.pidfd_inode) {
      TRY(check_inode(process, *expression.pidfd_inode));
    }
    return Subject(std::move(process));
  }

  Result<Subject> operator()(const SelfExpression& /*self*/) const {
    return Subject(TRY(procfs::pin_self()));
  }

  Result<Subject> operator()(const FileExpression& file) const {
    return Subject(TRY(ns::open_namespace_file(file.path.string()).map_error(&as_answer)));
  }

  Result<Subject> operator()(const NetnsExpression& netns) const {
    return Subject(TRY(open_netns(netns.name)));
  }

  Result<Subject> operator()(const PlayExpression& play) const {
    return Subject(TRY(open_play(play.name)));
  }

  Result<Subject> operator()(const ContainerExpression& container) const {
    return Subject(TRY(open_container(*container.engine, container.name)));
  }

  Result<Subject> operator()(const NameExpression& expression) const {
    return open_named(expression.name);
  }

  Result<Subject> operator()(const NumberExpression& expression) const {
    return Subject(TRY(ns::find_namespace(expression.number)));
  }
};

}  // namespace

Result<Target> resolve(std::string_view expression) {
  const Expression parsed = TRY(parse_expression(expression));
  Subject subject = TRY(std::visit(Resolver{}, parsed));
  return Target{std::string(expression), std::move(subject)};
}

Result<const procfs::PinnedProcess*> process_of(const Target& target, std::string_view wish) {
  const auto* process = std::get_if<procfs::PinnedProcess>(&target.subject);
  if (process == nullptr) {
    return fail(Error::usage(fmt::format("{} needs a process", wish),
                             "the TARGET is one namespace, which belongs to no process"));
  }
  return process;
}

}  // namespace nsplay::target
