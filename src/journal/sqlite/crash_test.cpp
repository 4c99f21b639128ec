// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_fixture.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <set>

namespace weir {
namespace {

constexpr std::int64_t records_a_page = 5;

// Pages are numbered through; the cursor of a page names it.
std::vector<TestRecord> records_of(std::int64_t page) {
  std::vector<TestRecord> records;
  for (std::int64_t i = 0; i < records_a_page; ++i) {
    records.push_back({fmt::format("id-{}-{}", page, i), 1, fmt::format("NO-{}", page)});
  }
  return records;
}

JournalOptions options_of(const std::filesystem::path& folder) {
  JournalOptions options;
  options.folder = folder;
  options.lock_wait = std::chrono::seconds(20);
  options.tuning = {32, 2, 16, 4, 2};
  return options;
}

std::int64_t cursor_of(Journal& journal, PipelineId pipeline) {
  const auto cursor = journal.cursor(pipeline).value();
  return cursor ? std::strtoll(cursor->text.c_str(), nullptr, 10) : 0;
}

void must(const Result<void>& done) {
  if (!done) {
    fmt::print(stderr, "{}\n", done.error().message);
    ::_exit(2);
  }
}

// The killed process: stores page after page, delivers each in a batch, and says on `out` what has
// been acknowledged: "s7" stored, "d7" delivered.
[[noreturn]] void write_until_killed(const std::filesystem::path& folder, int out) {
  JournalOptions options = options_of(folder);
  options.tuning.log_pages = 24;  // it is written back all the time
  const auto journal = open_sqlite_journal(options).value();
  const PipelineId pipeline = journal->pipeline("receipts").value();
  const RunId run = journal->begin_run(pipeline, {test_time, "text"}).value();
  const auto say = [&](char what, std::int64_t page) {
    const std::string line = fmt::format("{}{}\n", what, page);
    if (::write(out, line.data(), line.size()) < 0) {
      ::_exit(1);
    }
  };
  const auto open = journal->open_batches(pipeline).value();
  for (const OpenBatch& left : open) {
    must(journal->withdraw_batch(left.key));
  }
  for (std::int64_t page = cursor_of(*journal, pipeline) + 1;; ++page) {
    const auto intakes = journal
                             ->store(pipeline, run, Redelivery::never, {page_of(records_of(page))},
                                     Cursor{std::to_string(page)})
                             .get()
                             .value();
    say('s', page);
    std::vector<Candidate> candidates;
    for (const DueRecord& due : intakes[0].due) {
      candidates.push_back({due.place, 1});
    }
    const auto batch = journal->open_batch(pipeline, 0, 1, Redelivery::never, candidates).value();
    must(journal->settle_batch(batch.key, run, test_time, {}).get());
    say('d', page);
  }
}

// What the process had been told when it died.
struct Acknowledged {
  std::int64_t stored = 0;
  std::set<std::int64_t> delivered;
};

// Runs this program again, as the test that follows, with a failpoint or until `lines` were said.
Acknowledged run_and_kill(const std::filesystem::path& folder, const std::string& failpoint,
                          std::uint64_t lines) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 3);
    ::setenv("WEIR_TEST_FOLDER", folder.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    if (!failpoint.empty()) {
      ::setenv("WEIR_FAILPOINT", failpoint.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    ::execl("/proc/self/exe", "weir_journal_sqlite_test", "--gtest_filter=Crash.DISABLED_Writer",
            "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  Acknowledged acknowledged;
  FILE* said = ::fdopen(ends[0], "r");
  char what = 0;
  long long page = 0;
  std::uint64_t count = 0;
  while (std::fscanf(said, " %c%lld", &what, &page) == 2) {
    if (what == 's') {
      acknowledged.stored = page;
    } else {
      acknowledged.delivered.insert(page);
    }
    if (failpoint.empty() && ++count == lines) {
      ::kill(child, SIGKILL);
    }
  }
  std::fclose(said);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << failpoint;
  return acknowledged;
}

void expect_everything(const std::filesystem::path& folder, const Acknowledged& acknowledged) {
  auto opened = open_sqlite_journal(options_of(folder));
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  Journal& journal = **opened;
  const PipelineId pipeline = journal.pipeline("receipts").value();
  const std::int64_t last = cursor_of(journal, pipeline);
  EXPECT_GE(last, acknowledged.stored);
  EXPECT_LE(last, acknowledged.stored + 1);
  std::int64_t records = 0;
  ASSERT_TRUE(journal
                  .records(pipeline, {},
                           [&](const RecordSummary&) {
                             ++records;
                             return true;
                           })
                  .has_value());
  EXPECT_EQ(records, last * records_a_page);
  for (std::int64_t page = 1; page <= last; ++page) {
    const auto trace = journal.trace(pipeline, fmt::format("id-{}-3", page)).value();
    ASSERT_EQ(trace.size(), 1U) << page;
    EXPECT_EQ(trace[0].raw, raw_of(records_of(page)[3]));
    if (acknowledged.delivered.contains(page)) {
      EXPECT_EQ(trace[0].summary.state, RecordState::delivered) << page;
    }
  }
  const auto again =
      journal
          .store(pipeline, journal.begin_run(pipeline, {}).value(), Redelivery::never,
                 {page_of(records_of(std::max<std::int64_t>(last, 1)))}, {})
          .get()
          .value();
  EXPECT_EQ(again[0].novelty[0], last == 0 ? Novelty::new_record : Novelty::unchanged);
}

TEST(Crash, DISABLED_Writer) {
  const char* folder = std::getenv("WEIR_TEST_FOLDER");  // NOLINT(concurrency-mt-unsafe)
  ASSERT_NE(folder, nullptr) << "this is the other half of the tests below";
  write_until_killed(folder, 3);
}

TEST(Crash, EverythingAcknowledgedOutlivesKillAtAnyMoment) {
  const TestFolder folder;
  std::mt19937_64 random(1);
  for (int round = 0; round < 12; ++round) {
    const auto acknowledged = run_and_kill(folder.path(), "", 1 + random() % 40);
    expect_everything(folder.path(), acknowledged);
  }
}

TEST(Crash, EverythingAcknowledgedOutlivesKillAtEachFailpoint) {
  for (const char* failpoint :
       {"journal.before_commit:9", "journal.after_commit:9", "journal.index_flush:1",
        "journal.index_flush:4", "journal.index_merge:1", "journal.index_merge:3",
        "journal.written_back:1", "journal.written_back:4"}) {
    const TestFolder folder;
    const auto acknowledged = run_and_kill(folder.path(), failpoint, 0);
    expect_everything(folder.path(), acknowledged);
  }
}

// A disk that takes no more bytes: a limit on the size of files stands in for it.
TEST(Crash, AFullDiskEndsWritingButNotReading) {
  const TestFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto journal = open_sqlite_journal(options_of(folder.path())).value();
    const PipelineId pipeline = journal->pipeline("receipts").value();
    const RunId run = journal->begin_run(pipeline, {}).value();
    const rlimit limit{600'000, 600'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::int64_t stored = 0;
    Result<std::vector<Intake>> last;
    while (last && stored < 10'000) {
      last = journal->store(pipeline, run, Redelivery::never, {page_of(records_of(++stored))}, {})
                 .get();
    }
    const bool told = !last && (last.error().kind == ErrorKind::unavailable ||
                                last.error().kind == ErrorKind::exhausted);
    const auto refused = journal->raise_fence(pipeline);
    const bool same = !refused && refused.error().message == last.error().message;
    const bool reads = journal->trace(pipeline, "id-1-0").value().size() == 1 &&
                       journal->trace(pipeline, fmt::format("id-{}-0", stored)).value().empty();
    ::_exit(told && same && reads ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace weir
