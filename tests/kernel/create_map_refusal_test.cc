// What the kernel itself says of an id map that it does not take, and what create makes of that:
// the line and the rule.

#include <fcntl.h>
#include <linux/capability.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nsplay/sys/unique_fd.h"

#include "kernel/front.h"
#include "support/child_in_namespaces.h"
#include "support/leak_check.h"
#include "support/requirements.h"

namespace nsplay::test {
namespace {

using ns::Kind;
using testing::AllOf;
using testing::HasSubstr;

using MapRefusal = LeakCheck;

/// The errno of the kernel for this uid_map of a new user namespace, written from outside. 0: it
/// takes it.
int answer_of_kernel(std::string_view map) {
  const ChildInNamespaces child(TargetOptions{.kinds = {Kind::user}, .maps = {}});
  const std::string path = "/proc/" + std::to_string(child.pid()) + "/uid_map";
  const sys::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return ::write(file.get(), map.data(), map.size()) < 0 ? errno : 0;
}

/// What create says of the same one.
Error answer_of_create(const std::string& range) {
  ops::CreateRequest request;
  request.ids.users = {range};
  const auto creation = ops::create(request);
  return creation ? Error{} : creation.error();
}

std::string own_uid() {
  return std::to_string(::geteuid());
}

/// So that the map is seen to have been refused by nobody else.
void say_refused_write(const ops::Narrated& narrated) {
  const auto* call = std::get_if<ops::NarratedCall>(&narrated);
  if (call != nullptr && call->errnum != 0) {
    say(call->call + " came to errno " + std::to_string(call->errnum));
  }
}

TEST_F(MapRefusal, OfTheUsualMapNamesTheLineAndTheRuleByRoot) {
  REQUIRE_ROOT();
  ops::CreateRequest request = creation_of({Kind::user});
  request.narrator = &say_refused_write;
  const FrontOutcome outcome =
      in_child(create_and_wait(request, [] { lose_capability(CAP_SETFCAP); }));
  ASSERT_TRUE(outcome.error) << outcome;
  EXPECT_THAT(outcome.output, AllOf(HasSubstr("/uid_map, '0 0 "), HasSubstr("came to errno 1\n")));
  EXPECT_THAT(outcome.error->message(),
              AllOf(HasSubstr("cannot create user: uid_map line 1, '0 0 "),
                    HasSubstr("it maps id 0 of your own user namespace: Operation not permitted")));
  EXPECT_THAT(outcome.error->hint, HasSubstr("CAP_SETFCAP"));
  EXPECT_EQ(outcome.children_left, 0U);
}

TEST_F(MapRefusal, OfIdsThatTheOwnNamespaceDoesNotMapIsTheKernelsToo) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    enter_user_namespace(caller_as_root());
    EXPECT_EQ(answer_of_kernel("0 0 1\n"), 0);
    EXPECT_EQ(answer_of_kernel("0 5 1\n"), EPERM);
    const Error error = answer_of_create("0:5:1");
    EXPECT_THAT(error.message(),
                HasSubstr("uid_map line 1, '0 5 1': not all of these ids are mapped in your own "
                          "user namespace: Operation not permitted"));
  });
  EXPECT_TRUE(passed(outcome));
}

TEST_F(MapRefusal, OfIdZeroWithoutItsCapabilityIsTheKernelsTooByRoot) {
  REQUIRE_ROOT();
  const FrontOutcome outcome = in_child([] {
    EXPECT_EQ(answer_of_kernel("0 0 10\n"), 0);
    lose_capability(CAP_SETFCAP);
    EXPECT_EQ(answer_of_kernel("0 0 10\n"), EPERM);
    EXPECT_THAT(answer_of_create("0:0:10").message(),
                HasSubstr("uid_map line 1, '0 0 10': it maps id 0 of your own user namespace"));
  });
  EXPECT_TRUE(passed(outcome));
}

// Of an ordinary user the kernel takes his own id alone; newuidmap(1), which may more, says which.
TEST_F(MapRefusal, OfSomebodyElsesIdsIsTheKernelsToo) {
  REQUIRE_USER_NAMESPACES();
  const FrontOutcome outcome = in_child([] {
    become_ordinary_user();
    EXPECT_EQ(answer_of_kernel("0 " + own_uid() + " 1\n"), 0);
    EXPECT_EQ(answer_of_kernel("0 5 1\n"), EPERM);
    const Error error = answer_of_create("0:5:1");
    EXPECT_THAT(error.message(), HasSubstr("cannot create user: newuidmap"));
    EXPECT_NE(error.hint, "");
  });
  EXPECT_TRUE(passed(outcome));
}

}  // namespace
}  // namespace nsplay::test
