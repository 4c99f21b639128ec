// SPDX-License-Identifier: Apache-2.0
#include "app/run_log.h"

#include "journal/sqlite/journal_fixture.h"

#include <gmock/gmock.h>

#include <string>

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RunLogged : public JournalTest {
 protected:
  // The lines of the log, for a run of these books that has just ended.
  std::string logged(std::int64_t failed, std::int64_t in_doubt) {
    RunResult result;
    result.pipeline = "receipts";
    result.run = "7";
    result.status = RunStatus::failed;
    result.books.failed = failed;
    result.books.in_doubt = in_doubt;
    ServeLog log(true, clock);
    ::testing::internal::CaptureStderr();
    log_run_ended(log, result, *journal);
    return ::testing::internal::GetCapturedStderr();
  }

  static std::int64_t count(const std::string& lines, const std::string& event) {
    std::int64_t found = 0;
    const std::string member = "\"event\":\"" + event + "\"";
    for (std::size_t at = lines.find(member); at != std::string::npos;
         at = lines.find(member, at + 1)) {
      ++found;
    }
    return found;
  }
};

TEST_F(RunLogged, NamesWhatFailedOrIsInDoubtInThisRunAndNotBefore) {
  const Intake intake = store({{"a", 1, "SKD1"}, {"b", 1, "SKD2"}, {"c", 1, "SKD3"}});
  settle(intake.due[0].place, RecordState::failed, "too late", test_time - std::chrono::hours(1));
  settle(intake.due[1].place, RecordState::failed, std::string(2000, 'x') + "end");
  settle(intake.due[2].place, RecordState::in_doubt, "the answer was lost");
  const std::string lines = logged(1, 1);
  EXPECT_THAT(lines, Not(HasSubstr("too late")));
  EXPECT_THAT(lines, HasSubstr("\"level\":\"warning\",\"event\":\"record_failed\",\"pipeline\":"
                               "\"receipts\",\"run\":\"7\",\"id\":\"b\",\"number\":\"SKD2\","
                               "\"attempts\":1,\"reason\":\"xxx"));
  EXPECT_THAT(lines, Not(HasSubstr("end\"")));  // 300 bytes and no more
  EXPECT_THAT(lines, HasSubstr("\"event\":\"record_in_doubt\",\"pipeline\":\"receipts\",\"run\":"
                               "\"7\",\"id\":\"c\",\"number\":\"SKD3\",\"attempts\":1,\"reason\":"
                               "\"the answer was lost\"}"));
  EXPECT_EQ(count(lines, "records_not_logged"), 0);
  EXPECT_LT(lines.find("record_in_doubt"), lines.find("\"event\":\"run_ended\""));
}

TEST_F(RunLogged, CountsWhatHasNoLineOfItsOwn) {
  std::vector<TestRecord> many;
  many.reserve(records_logged_max + 5);
  for (int i = 0; i < records_logged_max + 5; ++i) {
    many.push_back({fmt::format("r{}", i), 1, ""});
  }
  const Intake intake = store(many);
  for (const DueRecord& due : intake.due) {
    settle(due.place, RecordState::failed, "no");
  }
  const std::string lines = logged(records_logged_max + 5, 2);
  EXPECT_EQ(count(lines, "record_failed"), records_logged_max);
  EXPECT_EQ(count(lines, "record_in_doubt"), 0);
  EXPECT_THAT(lines, HasSubstr("\"records\":7}"));
}

}  // namespace
}  // namespace weir
