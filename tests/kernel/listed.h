#pragma once

// What nsplay list finds, and entries of it.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "nsplay/ns/kind.h"
#include "nsplay/ops/list.h"

#include "kernel/front.h"

namespace nsplay::test {

/// A failure of the test, and an empty one, when it cannot be had.
ops::ListReport list_of(const ops::ListRequest& request = {});

/// A list with so many processes in the mount namespace of `pid`, or the last of many: a list from
/// every source, by another process, enters each mount namespace to read its mounts.
ops::ListReport list_of_unvisited(pid_t pid, std::size_t processes);

/// The one with this inode; a failure of the test, and an empty one, when there is none.
ops::ListedNamespace entry_of(const ops::ListReport& report, ns::Kind kind, std::uint64_t inode);

bool has(const ops::ListReport& report, ns::Kind kind, std::uint64_t inode);

/// Asks again until it is so: a scan of another process holds every namespace for a moment, by
/// descriptors that this one sees.
bool lists_eventually(const ops::ListRequest& request,
                      ns::Kind kind,
                      std::uint64_t inode,
                      const std::function<bool(const ops::ListedNamespace&)>& is_right);
bool lists_no_more(const ops::ListRequest& request, ns::Kind kind, std::uint64_t inode);

/// One descriptor that stays open; for children of tests.
void open_or_end(const std::string& file);
void open_socket_or_end();

}  // namespace nsplay::test
