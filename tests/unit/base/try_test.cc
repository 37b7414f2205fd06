#include "nsplay/base/try.h"

#include <string>

#include <gtest/gtest.h>

#include "matchers.h"

namespace nsplay {
namespace {

using test::Fails;
using test::Yields;

Result<int> number() {
  return 4711;
}

Result<int> no_number() {
  return fail(Error::usage("no number", "write one"));
}

Result<> nothing() {
  return {};
}

Result<> failure() {
  return fail(Error::of(0, "failure", ""));
}

Result<int> doubled(int value) {
  return 2 * value;
}

TEST(Try, IsTheValueOfAResult) {
  const auto take = []() -> Result<std::string> { return std::to_string(TRY(number())); };
  EXPECT_THAT(take(), Yields("4711"));
}

TEST(Try, ReturnsTheWholeErrorFromTheFunctionAroundIt) {
  bool went_on = false;
  const auto take = [&]() -> Result<std::string> {
    const int value = TRY(no_number());
    went_on = true;
    return std::to_string(value);
  };
  const auto result = take();
  EXPECT_THAT(result, Fails("no number"));
  EXPECT_EQ(result.error().hint, "write one");
  EXPECT_EQ(result.error().trouble, Trouble::usage);
  EXPECT_FALSE(went_on);
}

TEST(Try, WorksWithoutAValue) {
  const auto take = [](bool fails) -> Result<int> {
    TRY(nothing());
    TRY(fails ? failure() : nothing());
    return 1;
  };
  EXPECT_THAT(take(false), Yields(1));
  EXPECT_THAT(take(true), Fails("failure"));
}

TEST(Try, Nests) {
  const auto take = []() -> Result<int> { return TRY(doubled(TRY(doubled(TRY(number()))))); };
  EXPECT_THAT(take(), Yields(18844));
}

/// What cannot be copied.
struct Ticket {
  explicit Ticket(int from) : number(from) {}
  Ticket(Ticket&&) = default;
  Ticket& operator=(Ticket&&) = default;
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() = default;

  int number;
};

TEST(Try, MovesTheValueOut) {
  const auto make = []() -> Result<Ticket> { return Ticket(5); };
  const auto take = [&]() -> Result<int> {
    const Ticket ticket = TRY(make());
    return ticket.number;
  };
  EXPECT_THAT(take(), Yields(5));
}

TEST(Try, EvaluatesItsExpressionOnce) {
  int calls = 0;
  const auto count = [&]() -> Result<int> { return ++calls; };
  const auto take = [&]() -> Result<int> { return TRY(count()); };
  EXPECT_THAT(take(), Yields(1));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace nsplay
