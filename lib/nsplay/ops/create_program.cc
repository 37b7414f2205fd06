#include "nsplay/ops/create_program.h"

#include <utility>

#include <fmt/format.h>

#include "nsplay/base/try.h"
#include "nsplay/ops/account_lookup.h"
#include "nsplay/ops/create.h"
#include "nsplay/ops/identity_fit.h"
#include "nsplay/ops/mapped_ids.h"

namespace nsplay::ops {
namespace {

struct ProgramOption {
  std::string_view name;
  bool (*is_given)(const CreateRequest&);
};

constexpr ProgramOption program_options[] = {
    {"--setuid", [](const CreateRequest& request) { return request.account.user.has_value(); }},
    {"--setgid", [](const CreateRequest& request) { return request.account.group.has_value(); }},
    {"--keep-caps",
     [](const CreateRequest& request) { return request.privileges.keep_capabilities; }},
    {"--drop-caps", [](const CreateRequest& request) { return request.privileges.dropped != 0; }},
    {"--no-new-privs",
     [](const CreateRequest& request) { return request.privileges.no_new_privileges; }},
    {"--setenv", [](const CreateRequest& request) { return !request.environment.set.empty(); }},
    {"--unsetenv", [](const CreateRequest& request) { return !request.environment.unset.empty(); }},
    {"--whitelist-env",
     [](const CreateRequest& request) { return !request.environment.kept.empty(); }},
    {"--clear-env",
     [](const CreateRequest& request) {
       return request.environment.source == EnvironmentSource::clear;
     }},
    {"--no-init", [](const CreateRequest& request) { return request.init == Init::program; }},
};

Result<MappedIds> ids_mapped_by(const IdMapping& mapping) {
  MappedIds ids;
  ids.users = mapping.users.map;
  ids.groups = mapping.groups.map;
  ids.may_set_groups = !ids.groups.empty() && mapping.setgroups != Setgroups::deny;
  return ids;
}

Result<MappedIds> own_mapped_ids() {
  return mapped_ids_of(TRY(procfs::ProcessDir::open_self()));
}

Result<> look_up(const AccountRequest& request, const AccountSources& from, Identity& identity) {
  if (request.user) {
    const UserGroups groups = request.group ? UserGroups::not_wanted : UserGroups::wanted;
    TRY(look_up_user(*request.user, groups, from, identity));
  }
  return request.group ? look_up_group(*request.group, from, identity) : Result<>();
}

}  // namespace

Result<> check_program_options(const CreateRequest& request) {
  TRY(check_account("--setuid", request.account.user));
  TRY(check_account("--setgid", request.account.group));
  TRY(check_environment(request.environment));
  if (!request.program.empty()) {
    return {};
  }
  for (const ProgramOption& option : program_options) {
    if (option.is_given(request)) {
      return fail(Error::usage(fmt::format("{} is for a child with PROGRAM", option.name),
                               "name a program after --"));
    }
  }
  return {};
}

Result<std::optional<Identity>> identity_of_program(const AccountRequest& request,
                                                    const IdMapping* new_user_namespace,
                                                    const sys::UniqueFd& root,
                                                    std::vector<std::string>& notes) {
  if (!request.user && !request.group) {
    return std::nullopt;
  }
  Identity identity;
  identity.groups = GroupsRule::set;
  TRY(look_up(request, {root, notes}, identity));
  const MappedIds ids =
      TRY(new_user_namespace != nullptr ? ids_mapped_by(*new_user_namespace) : own_mapped_ids());
  const IdentityWishes wishes = {request.user ? Wish::named : Wish::implied,
                                 request.group ? Wish::named : Wish::implied};
  if (auto mapped = check_mapped(wishes, ids, identity, notes); !mapped) {
    Error error = std::move(mapped).error();
    if (new_user_namespace != nullptr) {
      error.hint = "map it as well, as with --map-users and --map-groups, or --map-auto";
    }
    return fail(std::move(error));
  }
  leave_out_unmapped_groups(ids, identity, notes);
  if (!ids.may_set_groups) {
    keep_groups(identity, notes);
  }
  return identity;
}

Environment environment_of_program(const EnvironmentRequest& request, Environment caller) {
  if (request.source == EnvironmentSource::clear) {
    Environment cleared = cleared_environment(caller);
    keep_variables(cleared, caller, request.kept);
    caller = std::move(cleared);
  }
  change_environment(caller, request);
  return caller;
}

}  // namespace nsplay::ops
