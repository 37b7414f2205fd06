#pragma once

// The forms of a TARGET, told apart by their look alone.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/filesystem/path.hpp>

#include "nsplay/base/result.h"
#include "nsplay/ns/search.h"
#include "nsplay/target/engines/engine.h"

namespace nsplay::target {

/// `4711`, or `4711:22926`: only if its pidfd has this inode.
struct ProcessExpression {
  pid_t pid = 0;
  std::optional<std::uint64_t> pidfd_inode;
};

/// `self`: nsplay's own process.
struct SelfExpression {};

/// Anything with a '/': a file that is a namespace.
struct FileExpression {
  boost::filesystem::path path;
};

/// `netns:blue`: the network namespace that ip-netns(8) knows by this name.
struct NetnsExpression {
  std::string name;
};

/// `play:web`: a child that `nsplay create --name web` made.
struct PlayExpression {
  std::string name;
};

/// `podman:web`: a container of this engine by its name, its id, or the beginning of that.
struct ContainerExpression {
  const Engine* engine = nullptr;  ///< never empty
  std::string name;
};

/// `web`: whatever has this name.
struct NameExpression {
  std::string name;
};

/// `net:[4026532178]` or `net:4026532178`: a kind and an inode; `id:18609`: a 64-bit id.
struct NumberExpression {
  ns::NamespaceNumber number;
};

using Expression = std::variant<ProcessExpression,
                                SelfExpression,
                                FileExpression,
                                NetnsExpression,
                                PlayExpression,
                                ContainerExpression,
                                NameExpression,
                                NumberExpression>;

/// What a TARGET may look like, for hints.
extern const std::string_view target_forms;

/// Usage error: the text has none of the forms.
Result<Expression> parse_expression(std::string_view text);

/// The forms of it that are one namespace's number, and an inode alone, as lsns(8) takes it. Usage
/// error: the text is none of them.
Result<ns::NamespaceNumber> parse_namespace_number(std::string_view text);

}  // namespace nsplay::target
