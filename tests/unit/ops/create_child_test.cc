#include "nsplay/ops/create_child.h"

#include <gtest/gtest.h>

namespace nsplay::ops {
namespace {

using ns::Kind;
using ns::KindSet;

Role role_with(const CreateRequest& request, KindSet kinds) {
  ChildPlan plan;
  plan.request = &request;
  plan.kinds = kinds;
  return role_of(plan);
}

TEST(RoleOf, IsHolderWithoutProgram) {
  CreateRequest request;
  EXPECT_EQ(role_with(request, {Kind::uts}), Role::holder);
  EXPECT_EQ(role_with(request, {Kind::pid}), Role::holder);
  request.attachment = Attachment::detached;
  request.init = Init::program;
  EXPECT_EQ(role_with(request, KindSet::all()), Role::holder);
}

TEST(RoleOf, IsInitOfAProgramInANewPidNamespace) {
  CreateRequest request;
  request.program = {"true"};
  EXPECT_EQ(role_with(request, {Kind::pid}), Role::init);
  request.attachment = Attachment::detached;
  EXPECT_EQ(role_with(request, {Kind::pid, Kind::uts}), Role::init);
}

TEST(RoleOf, IsTheProgramItselfInANewPidNamespaceOnDemand) {
  CreateRequest request;
  request.program = {"true"};
  request.init = Init::program;
  EXPECT_EQ(role_with(request, {Kind::pid}), Role::program);
}

TEST(RoleOf, IsGuardOfAProgramInTheForeground) {
  CreateRequest request;
  request.program = {"true"};
  EXPECT_EQ(role_with(request, {Kind::uts}), Role::guard);
  request.init = Init::program;
  EXPECT_EQ(role_with(request, {Kind::uts}), Role::guard);
  request.attachment = Attachment::detached;
  EXPECT_EQ(role_with(request, {Kind::uts}), Role::program);
}

}  // namespace
}  // namespace nsplay::ops
