// SPDX-License-Identifier: Apache-2.0
#include "scheduler/timetable.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Eq;
using testing::Optional;

Timestamp moment(std::string_view text) { return *parse_utc(text); }
const Timestamp noon = moment("2026-01-05T12:00:00.000Z");

PipelinePlan plan(std::string name, std::string_view cron,
                  std::optional<Timestamp> last = std::nullopt, std::string account = "a") {
  return {std::move(name), std::move(account), {{JobKind::run, *Cron::parse(cron), last}}, {}};
}

Timetable timetable(const std::vector<PipelinePlan>& plans, Timestamp now,
                    std::string_view zone = "UTC") {
  Timetable made(*TimeZone::find(zone));
  made.replace(plans, *TimeZone::find(zone), now);
  return made;
}

TEST(Timetable, StartsWhenTheMinuteComesAndNotBefore) {
  Timetable table = timetable({plan("p", "*/10 * * * *")}, noon);
  EXPECT_EQ(table.start_next(noon + minutes(9)), std::nullopt);
  EXPECT_THAT(table.next_moment(), Optional(noon + minutes(10)));
  EXPECT_THAT(table.start_next(noon + minutes(10)), Optional(Job{"p", JobKind::run}));
}

TEST(Timetable, NeverStartsTwoJobsOfOnePipelineAtOnce) {
  PipelinePlan both{"p", "a", {}, noon + seconds(20)};
  both.jobs = {{JobKind::read, *Cron::parse("*/10 * * * *")},
               {JobKind::deliver, *Cron::parse("5,10 * * * *")}};
  Timetable table = timetable({both}, noon);
  EXPECT_THAT(table.start_next(noon + minutes(30)), Optional(Job{"p", JobKind::retry}));
  EXPECT_EQ(table.start_next(noon + minutes(30)), std::nullopt);
  EXPECT_EQ(table.next_moment(), std::nullopt);
  table.finish({"p", JobKind::retry}, {}, noon + minutes(30));
  EXPECT_THAT(table.start_next(noon + minutes(30)), Optional(Job{"p", JobKind::deliver}));
  table.finish({"p", JobKind::deliver}, {}, noon + minutes(31));
  EXPECT_THAT(table.start_next(noon + minutes(31)), Optional(Job{"p", JobKind::read}));
}

TEST(Timetable, ReadsBeforeItDeliversWhenBothComeAtOnceAndParksEachForItself) {
  PipelinePlan sides{"p", "a", {}, {}};
  sides.jobs = {{JobKind::read, *Cron::parse("*/10 * * * *")},
                {JobKind::deliver, *Cron::parse("*/10 * * * *")},
                {JobKind::remedy, *Cron::parse("15 12 * * *")}};
  Timetable table = timetable({sides}, noon);
  const Timestamp ten = noon + minutes(10);
  EXPECT_THAT(table.start_next(ten), Optional(Job{"p", JobKind::read}));
  const Timestamp resume = noon + hours(3);
  table.finish({"p", JobKind::read}, {true, resume, {}}, ten);
  EXPECT_THAT(table.start_next(ten), Optional(Job{"p", JobKind::deliver}));
  table.finish({"p", JobKind::deliver}, {}, ten);
  EXPECT_THAT(table.next_of({"p", JobKind::read}), Optional(resume));
  EXPECT_THAT(table.next_of({"p", JobKind::deliver}), Optional(noon + minutes(20)));
  EXPECT_THAT(table.start_next(noon + minutes(15)), Optional(Job{"p", JobKind::remedy}));
  table.finish({"p", JobKind::remedy}, {}, noon + minutes(16));
  EXPECT_THAT(table.next_of({"p", JobKind::remedy}), Optional(noon + hours(24) + minutes(15)));
}

TEST(Timetable, PassesOverAStartThatComesWhileTheSameJobIsUnderWay) {
  Timetable table = timetable({plan("p", "*/10 * * * *")}, noon);
  ASSERT_TRUE(table.start_next(noon + minutes(10)));
  table.finish({"p", JobKind::run}, {}, noon + minutes(25));
  EXPECT_THAT(table.next_moment(), Optional(noon + minutes(30)));
}

TEST(Timetable, MakesUpAMissedStartOnce) {
  const Timestamp restarted = noon + hours(5) + minutes(3);
  Timetable table = timetable({plan("p", "0 * * * *", noon)}, restarted);
  EXPECT_THAT(table.start_next(restarted), Optional(Job{"p", JobKind::run}));
  table.finish({"p", JobKind::run}, {}, restarted + minutes(1));
  EXPECT_EQ(table.start_next(restarted + minutes(1)), std::nullopt);
  EXPECT_THAT(table.next_moment(), Optional(noon + hours(6)));
}

TEST(Timetable, HasMissedNothingWhenNoStartLayBetweenOrThereNeverWasOne) {
  const Timestamp restarted = noon + minutes(59);
  EXPECT_EQ(timetable({plan("p", "0 * * * *", noon)}, restarted).start_next(restarted),
            std::nullopt);
  EXPECT_EQ(timetable({plan("p", "0 * * * *")}, restarted).start_next(restarted), std::nullopt);
}

TEST(Timetable, SpreadsPipelinesOfOneAccountThatComeAtTheSameMoment) {
  Timetable table = timetable({plan("a", "*/10 * * * *"), plan("b", "*/5 * * * *"),
                               plan("c", "0 * * * *"), plan("d", "*/10 * * * *", {}, "other")},
                              noon + minutes(50));
  const Timestamp one = noon + hours(1);
  EXPECT_THAT(table.next_of({"a", JobKind::run}), Optional(one));
  EXPECT_THAT(table.next_of({"b", JobKind::run}), Optional(noon + minutes(55)))
      << "comes alone, and is not moved";
  EXPECT_THAT(table.next_of({"c", JobKind::run}), Optional(one + 2 * spread_step));
  EXPECT_THAT(table.next_of({"d", JobKind::run}), Optional(one)) << "another account";
}

TEST(Timetable, KeepsTheSpreadWithinItsBoundAndHalfOfTheInterval) {
  std::vector<PipelinePlan> plans;
  for (char name = 'a'; name <= 'z'; ++name) {
    plans.push_back(plan(std::string(1, name), name == 'z' ? "*/4 * * * * *" : "0 * * * *"));
  }
  Timetable table = timetable(plans, noon + minutes(59) + seconds(57));
  EXPECT_THAT(table.next_of({"y", JobKind::run}), Optional(noon + hours(1) + spread_max));
  EXPECT_THAT(table.next_of({"z", JobKind::run}), Optional(noon + hours(1) + seconds(2)));
}

TEST(Timetable, SpreadsWhatIsMadeUpToo) {
  const Timestamp now = noon + hours(2) + minutes(1);
  Timetable table = timetable({plan("a", "0 * * * *", noon), plan("b", "0 * * * *", noon)}, now);
  EXPECT_THAT(table.next_of({"a", JobKind::run}), Optional(now));
  EXPECT_THAT(table.next_of({"b", JobKind::run}), Optional(now + spread_step));
}

TEST(Timetable, FollowsTheZoneWhereClocksArePutForwardAndBack) {
  // Berlin: 2026-03-29 02:00 -> 03:00 at 01:00 UTC, 2026-10-25 03:00 -> 02:00 at 01:00 UTC.
  Timetable spring =
      timetable({plan("p", "30 2 * * *")}, moment("2026-03-28T12:00:00.000Z"), "Europe/Berlin");
  EXPECT_THAT(spring.next_moment(), Optional(moment("2026-03-29T01:00:00.000Z")));
  ASSERT_TRUE(spring.start_next(moment("2026-03-29T01:00:00.000Z")));
  spring.finish({"p", JobKind::run}, {}, moment("2026-03-29T01:00:05.000Z"));
  EXPECT_THAT(spring.next_moment(), Optional(moment("2026-03-30T00:30:00.000Z")));

  Timetable autumn =
      timetable({plan("p", "30 2 * * *")}, moment("2026-10-24T12:00:00.000Z"), "Europe/Berlin");
  EXPECT_THAT(autumn.next_moment(), Optional(moment("2026-10-25T00:30:00.000Z")));
  ASSERT_TRUE(autumn.start_next(moment("2026-10-25T00:30:00.000Z")));
  autumn.finish({"p", JobKind::run}, {}, moment("2026-10-25T00:30:05.000Z"));
  EXPECT_THAT(autumn.next_moment(), Optional(moment("2026-10-26T01:30:00.000Z")));
}

TEST(Timetable, GoesOnWhenAParkedRunMayAndNotBefore) {
  Timetable table = timetable({plan("p", "*/10 * * * *")}, noon);
  ASSERT_TRUE(table.start_next(noon + minutes(10)));
  const Timestamp resume = noon + hours(3) + seconds(7);
  table.finish({"p", JobKind::run}, {true, resume, {}}, noon + minutes(11));
  EXPECT_THAT(table.next_moment(), Optional(resume));
  ASSERT_TRUE(table.start_next(resume));
  table.finish({"p", JobKind::run}, {}, resume + seconds(1));
  EXPECT_THAT(table.next_moment(), Optional(noon + hours(3) + minutes(10)));
}

TEST(Timetable, GoesOnWithGrowingWaitsWhereTheEndIsNotKnown) {
  Timetable table = timetable({plan("p", "@daily")}, noon);
  Timestamp now = noon + hours(12);
  milliseconds wait = resume_first;
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(table.start_next(now));
    table.finish({"p", JobKind::run}, {true, {}, {}}, now);
    ASSERT_THAT(table.next_moment(), Optional(now + wait)) << i;
    now += wait;
    wait = std::min(wait * 2, resume_last);
  }
}

TEST(Timetable, TriesFailedRecordsAgainWhenTheyAreDue) {
  Timetable table = timetable({plan("p", "@daily")}, noon);
  Timestamp now = noon + hours(12);
  ASSERT_TRUE(table.start_next(now));
  for (const seconds wait : {seconds(20), seconds(300), seconds(3600)}) {
    table.finish({"p", wait == seconds(20) ? JobKind::run : JobKind::retry},
                 {false, {}, now + wait}, now);
    EXPECT_THAT(table.next_moment(), Optional(now + wait));
    now += wait;
    EXPECT_THAT(table.start_next(now), Optional(Job{"p", JobKind::retry}));
  }
  table.finish({"p", JobKind::retry}, {false, {}, now + seconds(1)}, now);
  EXPECT_THAT(table.next_moment(), Optional(now + retry_gap)) << "together with what follows";
}

TEST(Timetable, KeepsWhatIsUnderWayAndDueWhenFilesAreReadAgain) {
  const TimeZone utc = TimeZone::utc();
  Timetable table =
      timetable({plan("gone", "0 * * * *"), plan("kept", "5 * * * *"), plan("other", "10 * * * *")},
                noon + minutes(30));
  const Timestamp now = noon + hours(1) + minutes(6);
  ASSERT_THAT(table.start_next(now), Optional(Job{"gone", JobKind::run}));
  table.replace({plan("kept", "5 * * * *"), plan("new", "0 * * * *"), plan("other", "1 * * * *")},
                utc, now);
  EXPECT_THAT(table.start_next(now), Optional(Job{"kept", JobKind::run})) << "was due";
  EXPECT_THAT(table.next_of({"other", JobKind::run}), Optional(noon + hours(2) + minutes(1)));
  EXPECT_THAT(table.next_of({"new", JobKind::run}), Optional(noon + hours(2)));
  table.replace({plan("gone", "0 * * * *")}, utc, now);
  EXPECT_EQ(table.start_next(noon + hours(3)), std::nullopt) << "is still under way";
  table.finish({"gone", JobKind::run}, {}, noon + hours(3));
  EXPECT_THAT(table.start_next(noon + hours(4)), Optional(Job{"gone", JobKind::run}));
}

}  // namespace
}  // namespace weir
