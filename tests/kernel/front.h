#pragma once

// create and join as the program does them, in front processes (support/front_process.h).

#include <functional>
#include <string>
#include <vector>

#include "nsplay/ops/create.h"
#include "nsplay/ops/join.h"

#include "support/front_process.h"

namespace nsplay::test {

using Words = std::vector<std::string>;

/// Requests with what most tests vary.
ops::CreateRequest creation_of(ns::KindSet kinds, Words program = {});
ops::JoinRequest joining(std::string target, Words program, ns::KindSet kinds = {});

/// What a front process does to itself first: a filter, other credentials.
using Preparation = std::function<void()>;

/// Creates, says the lines "created PID" and "note TEXT…", stays until the child has ended.
FrontProcess::Body create_and_wait(ops::CreateRequest request, Preparation preparation = {});

/// Joins, says the lines "joined PID" and "note TEXT…", stays until the program has ended.
FrontProcess::Body join_and_wait(ops::JoinRequest request, Preparation preparation = {});

/// How create ends in a child of this process.
FrontOutcome outcome_of(const ops::CreateRequest& request, const Preparation& preparation = {});

/// What it fails with there, as the test expects, leaving no child.
Error error_of(const ops::CreateRequest& request, const Preparation& preparation = {});
Error error_of(const ops::JoinRequest& request, const Preparation& preparation = {});

/// What the program has written to stdout: the output without the lines of these two.
std::string output_of_program(const FrontOutcome& outcome);

/// Who a program was that ran `inside report` and went well: all its uids, all its gids, its
/// groups.
void expect_ids(const FrontOutcome& outcome,
                const std::string& uid,
                const std::string& gid,
                const std::string& groups);

/// root becomes an ordinary user; anybody else is one.
void become_ordinary_user();

/// This process, which is root, gets the supplementary groups 4 and 24.
void take_two_groups();

/// Variables of this process's environment; for a front process, which has one thread.
void set_variable(const char* name, const std::string& value);
void unset_variable(const char* name);

/// Takes a capability from the effective and permitted sets.
void lose_capability(int capability);

}  // namespace nsplay::test
