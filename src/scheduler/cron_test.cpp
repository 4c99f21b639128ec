// SPDX-License-Identifier: Apache-2.0
#include "scheduler/cron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

// What comes after `after`, by the wall clock of `zone`, with the offset where it tells two apart.
struct Case {
  const char* cron;
  const char* zone;
  const char* after;  // UTC
  std::vector<std::string> next;
};

class CronNext : public testing::TestWithParam<Case> {};

TEST_P(CronNext, comes_when_it_should) {
  const Case& expected = GetParam();
  const auto cron = Cron::parse(expected.cron);
  ASSERT_TRUE(cron) << cron.error().message;
  const TimeZone zone = TimeZone::find(expected.zone).value();
  Timestamp at = parse_utc(expected.after).value();
  std::vector<std::string> came;
  for (std::size_t i = 0; i < expected.next.size(); ++i) {
    at = cron->next(at, zone);
    came.push_back(format_local(zone.to_local(at)) + zone.offset_at(at));
  }
  EXPECT_EQ(came, expected.next) << expected.cron;
}

const char* const shanghai = "Asia/Shanghai";
const char* const new_york = "America/New_York";
const char* const berlin = "Europe/Berlin";

INSTANTIATE_TEST_SUITE_P(
    Plain, CronNext,
    testing::Values(
        Case{"*/10 * * * *",
             shanghai,
             "2026-01-05T01:31:00.000Z",
             {"2026-01-05 09:40:00+08:00", "2026-01-05 09:50:00+08:00",
              "2026-01-05 10:00:00+08:00"}},
        Case{"0 9 * * *", shanghai, "2026-01-05T01:00:00.000Z", {"2026-01-06 09:00:00+08:00"}},
        Case{"0 9 * * *", shanghai, "2026-01-05T00:59:59.999Z", {"2026-01-05 09:00:00+08:00"}},
        Case{"15,45 8-9 * * *",
             shanghai,
             "2026-01-05T00:20:00.000Z",
             {"2026-01-05 08:45:00+08:00", "2026-01-05 09:15:00+08:00", "2026-01-05 09:45:00+08:00",
              "2026-01-06 08:15:00+08:00"}},
        Case{"5/20 0 * * *",
             shanghai,
             "2026-01-05T00:00:00.000Z",
             {"2026-01-06 00:05:00+08:00", "2026-01-06 00:25:00+08:00",
              "2026-01-06 00:45:00+08:00"}},
        Case{"*/30 59 23 31 12 *",
             shanghai,
             "2026-01-05T00:00:00.000Z",
             {"2026-12-31 23:59:00+08:00", "2026-12-31 23:59:30+08:00",
              "2027-12-31 23:59:00+08:00"}},
        Case{"0 0 29 2 *", shanghai, "2096-03-01T00:00:00.000Z", {"2104-02-29 00:00:00+08:00"}},
        Case{"0 0 31 * *",
             shanghai,
             "2026-01-31T00:00:00.000Z",
             {"2026-03-31 00:00:00+08:00", "2026-05-31 00:00:00+08:00"}},
        Case{"0 0 * FEB-Apr/2 mon",
             shanghai,
             "2026-02-20T00:00:00.000Z",
             {"2026-02-23 00:00:00+08:00", "2026-04-06 00:00:00+08:00"}}));

INSTANTIATE_TEST_SUITE_P(
    Days, CronNext,
    testing::Values(
        // Both are restricted: either will do.
        Case{"0 0 13 * 5",
             shanghai,
             "2026-02-11T00:00:00.000Z",
             {"2026-02-13 00:00:00+08:00", "2026-02-20 00:00:00+08:00", "2026-02-27 00:00:00+08:00",
              "2026-03-06 00:00:00+08:00", "2026-03-13 00:00:00+08:00"}},
        // One begins with `*`: both must hold.
        Case{"0 0 */2 * sun",
             shanghai,
             "2026-03-01T00:00:00.000Z",
             {"2026-03-15 00:00:00+08:00", "2026-03-29 00:00:00+08:00"}},
        Case{"0 0 * * 7", shanghai, "2026-03-02T00:00:00.000Z", {"2026-03-08 00:00:00+08:00"}},
        Case{"0 0 * * sat-sun",
             shanghai,
             "2026-03-02T00:00:00.000Z",
             {"2026-03-07 00:00:00+08:00", "2026-03-08 00:00:00+08:00",
              "2026-03-14 00:00:00+08:00"}},
        Case{"0 0 31 2 1", shanghai, "2026-02-01T00:00:00.000Z", {"2026-02-02 00:00:00+08:00"}}));

INSTANTIATE_TEST_SUITE_P(
    Names, CronNext,
    testing::Values(
        Case{"@hourly", shanghai, "2026-01-05T01:31:00.000Z", {"2026-01-05 10:00:00+08:00"}},
        Case{"@daily", shanghai, "2026-01-05T01:31:00.000Z", {"2026-01-06 00:00:00+08:00"}},
        Case{"@weekly", shanghai, "2026-01-05T01:31:00.000Z", {"2026-01-11 00:00:00+08:00"}},
        Case{" @Monthly ", shanghai, "2026-01-05T01:31:00.000Z", {"2026-02-01 00:00:00+08:00"}},
        Case{"@yearly", shanghai, "2026-01-05T01:31:00.000Z", {"2027-01-01 00:00:00+08:00"}}));

INSTANTIATE_TEST_SUITE_P(
    PutForward, CronNext,
    testing::Values(
        // 2026-03-08, 02:00 EST is 03:00 EDT: what is skipped comes right after, once.
        Case{"30 2 * * *",
             new_york,
             "2026-03-07T12:00:00.000Z",
             {"2026-03-08 03:00:00-04:00", "2026-03-09 02:30:00-04:00"}},
        Case{"15,45 2,3 * * *",
             new_york,
             "2026-03-08T05:00:00.000Z",
             {"2026-03-08 03:00:00-04:00", "2026-03-08 03:15:00-04:00",
              "2026-03-08 03:45:00-04:00"}},
        Case{"30 * * * *",
             new_york,
             "2026-03-08T06:00:00.000Z",
             {"2026-03-08 01:30:00-05:00", "2026-03-08 03:30:00-04:00"}},
        Case{"*/20 * * * *",
             berlin,
             "2026-03-29T00:30:00.000Z",
             {"2026-03-29 01:40:00+01:00", "2026-03-29 03:00:00+02:00",
              "2026-03-29 03:20:00+02:00"}}));

INSTANTIATE_TEST_SUITE_P(
    PutBack, CronNext,
    testing::Values(
        // 2026-11-01, 02:00 EDT is 01:00 EST: a time of day comes once, at its first.
        Case{"30 1 * * *",
             new_york,
             "2026-11-01T04:00:00.000Z",
             {"2026-11-01 01:30:00-04:00", "2026-11-02 01:30:00-05:00"}},
        Case{"0 3 * * *",
             new_york,
             "2026-11-01T04:00:00.000Z",
             {"2026-11-01 03:00:00-05:00", "2026-11-02 03:00:00-05:00"}},
        Case{"*/30 * * * *",
             new_york,
             "2026-11-01T05:00:00.000Z",
             {"2026-11-01 01:30:00-04:00", "2026-11-01 01:00:00-05:00", "2026-11-01 01:30:00-05:00",
              "2026-11-01 02:00:00-05:00", "2026-11-01 02:30:00-05:00"}},
        Case{"20 * * * *",
             berlin,
             "2026-10-24T23:30:00.000Z",
             {"2026-10-25 02:20:00+02:00", "2026-10-25 02:20:00+01:00",
              "2026-10-25 03:20:00+01:00"}},
        // A second 01:xx that has begun: the first one's times are over.
        Case{"30 1 * * *", new_york, "2026-11-01T06:10:00.000Z", {"2026-11-02 01:30:00-05:00"}}));

struct Refusal {
  const char* cron;
  const char* says;
};

class CronRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(CronRefuses, with_field_and_value) {
  const auto cron = Cron::parse(GetParam().cron);
  ASSERT_FALSE(cron) << GetParam().cron;
  EXPECT_EQ(cron.error().kind, ErrorKind::invalid_config);
  EXPECT_THAT(cron.error().message, testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, CronRefuses,
    testing::Values(Refusal{"", "has 0"}, Refusal{"* * * *", "has 4"},
                    Refusal{"* * * * * * *", "has 7"}, Refusal{"@often", "`@often`"},
                    Refusal{"60 * * * *", "minute `60`: `60` is not in 0-59"},
                    Refusal{"* 24 * * *", "hour `24`"}, Refusal{"* * 0 * *", "day of the month"},
                    Refusal{"* * * 13 *", "month `13`: `13` is not in 1-12, nor jan-dec"},
                    Refusal{"* * * * 8", "day of the week"}, Refusal{"* * * * day", "`day`"},
                    Refusal{"*/0 * * * *", "`0` is no step"}, Refusal{"*/ * * * *", "is no step"},
                    Refusal{"30-10 * * * *", "`30-10` runs backwards"},
                    Refusal{"1,,2 * * * *", "minute `1,,2`: `` is not in 0-59"},
                    Refusal{"-5 * * * *", "minute `-5`"}, Refusal{"5- * * * *", "minute `5-`"},
                    Refusal{"61 * * * * *", "second `61`"},
                    Refusal{"99999999999 * * * *", "minute"}, Refusal{"0 0 31 2 *", "never comes"},
                    Refusal{"0 0 31 4,6,9,11 *", "never"},
                    Refusal{"0 0 30 feb */2", "never comes"}));

TEST(Cron, counts_the_times_of_a_day) {
  const Day sunday = parse_day("2026-03-01").value();
  EXPECT_EQ(Cron::parse("*/10 * * * *")->times_on(sunday), 144);
  EXPECT_EQ(Cron::parse("* * * * * *")->times_on(sunday), 86400);
  EXPECT_EQ(Cron::parse("0 9-17/4 * * 1-5")->times_on(sunday), 0);
  EXPECT_EQ(Cron::parse("0 9-17/4 * * 1-5")->times_on(sunday + std::chrono::days(1)), 3);
}

}  // namespace
}  // namespace weir
