// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retention.h"

#include "journal/sqlite/journal_fixture.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>

namespace weir {
namespace {

constexpr std::int64_t no_bound = 1'000;

class RetentionTest : public JournalTest {
 protected:
  RetentionTest() {
    options.tuning.raw_step.pages = 2;
    open();
  }

  // Pages of one record each, a day apart; the last came now.
  void fill(int pages) {
    for (int page = 0; page < pages; ++page) {
      clock.advance(std::chrono::days(1));
      IncomingPage incoming = page_of({{"id-" + std::to_string(page), 1, ""}});
      incoming.received_at = clock.now();
      const auto intakes =
          journal->store(pipeline, run, Redelivery::never, {incoming}, {}).get().value();
      deliver(intakes[0].due[0].place, 1);
    }
  }

  RawGivenUp give_up(const Retention& retention, std::int64_t steps_max = no_bound) {
    const auto done =
        give_up_raw(*journal, retention, looked_into, clock.now(), steps_max, stop.get_token());
    EXPECT_TRUE(done.has_value()) << done.error().message;
    return done.value_or(RawGivenUp{});
  }

  LookedInto looked_into;
  std::stop_source stop;
};

TEST_F(RetentionTest, GivesUpWhatIsOlderInAsManyStepsAsItTakes) {
  fill(7);
  const RawGivenUp done = give_up({std::chrono::days(2), std::nullopt});
  EXPECT_EQ(done.pages, 4);  // received 6, 5, 4 and 3 days ago; two days is not older
  EXPECT_TRUE(done.finished);
  EXPECT_EQ(give_up({std::chrono::days(2), std::nullopt}).pages, 0);
}

TEST_F(RetentionTest, GivesUpTheOldestUntilTheSizeIsKept) {
  fill(6);
  const std::int64_t all = give_up({std::nullopt, std::nullopt}).bytes_kept;
  const RawGivenUp done = give_up({std::nullopt, all / 2});
  EXPECT_EQ(done.pages, 3);
  EXPECT_EQ(done.bytes + done.bytes_kept, all);
  EXPECT_FALSE(done.is_above({std::nullopt, all / 2}));
}

TEST_F(RetentionTest, EndsAtTheBoundAndGoesOnNextTime) {
  fill(5);
  const Retention nothing{std::chrono::days(0), 1};
  const RawGivenUp first = give_up(nothing, 1);
  EXPECT_EQ(first.pages, 2);
  EXPECT_FALSE(first.finished);
  EXPECT_FALSE(first.is_above(nothing));  // not known yet
  EXPECT_EQ(give_up(nothing).pages, 3);
}

TEST_F(RetentionTest, StopsBetweenTwoSteps) {
  fill(3);
  stop.request_stop();
  const RawGivenUp done = give_up({std::nullopt, 1});
  EXPECT_EQ(done.pages, 0);
  EXPECT_FALSE(done.finished);
}

TEST_F(RetentionTest, SaysWhenMoreIsKeptThanThereMayBe) {
  fill(1);
  settle(store({{"failed", 1, ""}}).due[0].place, RecordState::failed, "no");
  const Retention retention{std::nullopt, 1};
  EXPECT_TRUE(give_up(retention).is_above(retention));
  EXPECT_FALSE(give_up(retention).is_above({std::nullopt, std::nullopt}));
}

TEST_F(RetentionTest, KeepsWhatIsLookedUp) {
  fill(2);
  looked_into.pipelines = {"receipts"};
  EXPECT_EQ(give_up({std::nullopt, 1}).pages, 0);
  looked_into = {{}, true};
  EXPECT_EQ(give_up({std::nullopt, 1}).pages, 0);
  looked_into.all = false;
  EXPECT_EQ(give_up({std::nullopt, 1}).pages, 2);
}

}  // namespace
}  // namespace weir
