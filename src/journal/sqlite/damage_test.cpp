// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_fixture.h"
#include "journal/sqlite/wal_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

namespace weir {
namespace {

using ::testing::HasSubstr;

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// Answers of the journal to many questions, as text; an error is its kind.
class Questions {
 public:
  Questions(const JournalOptions& options, PipelineId pipeline)
      : options_(options), pipeline_(pipeline) {}

  std::vector<std::string> ask(JournalAccess access) const {
    JournalOptions options = options_;
    options.access = access;
    const auto opened = open_sqlite_journal(options);
    if (!opened) {
      return {std::string(to_string(opened.error().kind))};
    }
    Journal& journal = **opened;
    std::vector<std::string> answers;
    answers.push_back(journal.uuid());
    answers.push_back(text(journal.count_waiting(pipeline_)));
    const auto cursor = journal.cursor(pipeline_);
    answers.push_back(cursor ? cursor->value_or(Cursor{}).text : kind(cursor));
    for (const std::optional<RecordState> state :
         {std::optional<RecordState>(), std::optional(RecordState::failed),
          std::optional(RecordState::waiting), std::optional(RecordState::filtered)}) {
      answers.push_back(all_records(journal, state));
    }
    for (const char* name : {"id-1-0", "id-20-2", "id-60-1", "NO-7", "nobody"}) {
      answers.push_back(trace(journal, name));
    }
    answers.push_back(waiting(journal));
    answers.push_back(runs(journal));
    const auto batches = journal.open_batches(pipeline_);
    answers.push_back(batches ? fmt::format("{}", batches->size()) : kind(batches));
    return answers;
  }

  // Whether records that are known are taken for new: the worst that damage could do.
  std::string store_known() const {
    const auto opened = open_sqlite_journal(options_);
    if (!opened) {
      return kind(opened);
    }
    Journal& journal = **opened;
    std::string answer;
    for (const int page : {1, 20, 43, 60}) {
      const auto intakes = journal
                               .store(pipeline_, RunId{1}, Redelivery::never,
                                      {page_of({{fmt::format("id-{}-0", page), 1, ""},
                                                {fmt::format("id-{}-2", page), 1, ""}})},
                                      {})
                               .get();
      answer += intakes ? fmt::format("{} ", (*intakes)[0].due.size()) : kind(intakes);
    }
    return answer;
  }

  template <typename T>
  static std::string kind(const Result<T>& result) {
    return std::string(to_string(result.error().kind));
  }

 private:
  template <typename T>
  static std::string text(const Result<T>& result) {
    return result ? fmt::format("{}", *result) : kind(result);
  }

  std::string all_records(Journal& journal, std::optional<RecordState> state) const {
    std::string answer;
    const auto done = journal.records(pipeline_, {state, "", 0}, [&](const RecordSummary& record) {
      answer += fmt::format("{} {} {} {} {};", record.id, record.number, to_string(record.state),
                            record.reason, record.attempts);
      return true;
    });
    return done ? answer : kind(done);
  }

  std::string trace(Journal& journal, const char* name) const {
    const auto versions = journal.trace(pipeline_, name);
    if (!versions) {
      return kind(versions);
    }
    std::string answer;
    for (const VersionTrace& version : *versions) {
      answer += fmt::format("{} {} {} {} {} {};", version.raw, version.origin, version.definition,
                            to_string(version.summary.state), version.summary.reason,
                            version.attempts.size());
    }
    return answer;
  }

  std::string waiting(Journal& journal) const {
    std::string answer;
    std::optional<RecordPlace> after;
    for (;;) {
      const auto records = journal.waiting(pipeline_, after, 500);
      if (!records) {
        return kind(records);
      }
      if (records->empty()) {
        return answer;
      }
      for (const WaitingRecord& record : *records) {
        answer += record.raw;
      }
      after = records->records.back().place;
    }
  }

  std::string runs(Journal& journal) const {
    const auto summaries = journal.runs("", 0);
    if (!summaries) {
      return kind(summaries);
    }
    std::string answer;
    for (const RunSummary& summary : *summaries) {
      answer += summary.pipeline + summary.report + ";";
    }
    return answer;
  }

  const JournalOptions options_;
  const PipelineId pipeline_;
};

class Damage : public JournalTest {
 protected:
  Damage() : file(options.folder / "journal.db") {}

  void fill() {
    for (int page = 1; page <= 60; ++page) {
      std::vector<TestRecord> records;
      records.reserve(3);
      for (int i = 0; i < 3; ++i) {
        records.push_back({fmt::format("id-{}-{}", page, i), 1, fmt::format("NO-{}", page)});
      }
      const Intake intake = store(records);
      if (page % 3 == 0) {
        deliver(intake.due[0].place, 1);
        settle(intake.due[1].place, RecordState::failed, "Duplicate entry");
      } else if (page % 3 == 1) {
        settle(intake.due[1].place, RecordState::filtered, fmt::format("reason {}", page));
      }
    }
    journal->requeue_failed(pipeline, std::vector<std::string>{"id-60-1"}, {}).value();
    ASSERT_TRUE(journal->end_run(run, test_time, "{\"read\":180}").has_value());
    store({{"id-20-2", 2, "NO-20"}});
    open_batch({{journal->waiting(pipeline, {}, 1).value()[0].place, 5}}, 1);
    journal.reset();  // one whole file
  }

  const std::filesystem::path file;
};

// WEIR_FLIPS sets the number of places.
TEST_F(Damage, AFlippedByteAnywhereGivesTheRightAnswerOrIsNamed) {
  fill();
  const std::string whole = read_file(file);
  const Questions questions(options, pipeline);
  const auto right = questions.ask(JournalAccess::read);
  const std::string known = questions.store_known();
  ASSERT_EQ(right.size(), 15U);
  const char* number = std::getenv("WEIR_FLIPS");  // NOLINT(concurrency-mt-unsafe)
  const int flips =
      number != nullptr ? static_cast<int>(std::strtol(number, nullptr, 10)) : 400 / test_share;
  std::mt19937_64 random(3);
  int named = 0;
  for (int flip = 0; flip < flips; ++flip) {
    // Every third in the first bytes of a page, where SQLite keeps what leads to everything else.
    std::size_t at = random() % whole.size();
    at = flip % 3 == 0 ? at / 8192 * 8192 + random() % 64 : at;
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1 + random() % 255));
    write_file(file, damaged);
    const auto answers = questions.ask(JournalAccess::read);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const bool told = answers[i] == "corrupt";
      named += told ? 1 : 0;
      EXPECT_TRUE(told || (answers.size() == right.size() && answers[i] == right[i]))
          << "byte " << at << ", question " << i << ": " << answers[i].substr(0, 400);
    }
    write_file(file, damaged);
    const std::string stored = questions.store_known();
    EXPECT_TRUE(stored == known || stored.find("corrupt") != std::string::npos)
        << "byte " << at << ": " << stored;
  }
  EXPECT_GT(named, flips / 10);
}

TEST_F(Damage, ACutFileIsNamedWhenItIsOpened) {
  fill();
  const std::string whole = read_file(file);
  for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{50}}) {
    write_file(file, whole.substr(0, size));
    const auto opened = open_sqlite_journal(options);
    ASSERT_FALSE(opened.has_value()) << size;
    EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(opened.error().message, HasSubstr("journal.db"));
    EXPECT_THAT(opened.error().message, HasSubstr("restore"));
  }
}

TEST_F(Damage, AnotherFileInItsPlaceIsNamed) {
  journal.reset();
  write_file(file,
             "this is no database at all, but a letter to a customer about his receipts, and "
             "longer than a header is");
  EXPECT_EQ(open_sqlite_journal(options).error().kind, ErrorKind::corrupt);
}

// The log as a killed process leaves it: copied while the journal is open.
class WalDamage : public Damage {
 protected:
  void leave_log() {
    for (int i = 0; i < 20; ++i) {
      store({{fmt::format("id-{}", i), 1, ""}});
    }
    wal = read_file(file.string() + "-wal");
    ASSERT_GT(wal.size(), 100'000U);
  }
  Result<WalContent> check(const std::string& bytes) {
    const auto copy = folder.path() / "copy.db";
    write_file(copy.string() + "-wal", bytes);
    return check_wal(copy);
  }
  std::string wal;
};

TEST_F(WalDamage, ATornEndIsNoDamage) {
  leave_log();
  EXPECT_TRUE(check(wal).has_value());
  for (const std::size_t cut : {1U, 100U, 8192U, 9000U}) {
    EXPECT_TRUE(check(wal.substr(0, wal.size() - cut)).has_value()) << cut;
  }
  EXPECT_TRUE(check("").has_value());
  EXPECT_TRUE(check(std::string(40'000, '\0')).has_value());
}

TEST_F(WalDamage, ADamagedTransactionInTheMiddleIsNamed) {
  leave_log();
  for (const std::size_t at : {std::size_t{3}, std::size_t{40}, std::size_t{500}, wal.size() / 2}) {
    std::string damaged = wal;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    const auto checked = check(damaged);
    ASSERT_FALSE(checked.has_value()) << at;
    EXPECT_EQ(checked.error().kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace weir
