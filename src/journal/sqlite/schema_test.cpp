// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/schema.h"

#include "journal/sqlite/byte_codec.h"
#include "journal/sqlite/filter_table.h"
#include "journal/sqlite/head_table.h"
#include "journal/sqlite/journal_fixture.h"
#include "journal/sqlite/page_codec.h"
#include "journal/sqlite/page_table.h"
#include "journal/sqlite/record_status.h"
#include "journal/sqlite/run_table.h"
#include "journal/sqlite/schema_steps.h"
#include "journal/sqlite/sorted_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// A page as version 1 wrote it: three records, of which one waits, one failed and one was filtered.
void write_page(Database& database) {
  std::vector<PageEntry> entries;
  std::string raw;
  for (const char* id : {"a", "b", "c"}) {
    const std::string json = raw_of({id, 1, ""});
    entries.push_back({id, "NO-1", "", 1, raw.size(), json.size(), 0});
    raw += json;
  }
  std::vector<RecordStatus> statuses(3);
  statuses[1].state = RecordState::failed;
  statuses[1].attempts = 1;
  statuses[2].state = RecordState::filtered;
  statuses[2].attempts = 1;
  const std::string entry_blob =
      encode_entries(PageId{1}, {PipelineId{1}, RunId{1}, test_time, "old"}, entries);
  const std::string raw_blob(RawCodec().compress(PageId{1}, raw).value());
  const std::string status_blob = encode_statuses(PageId{1}, PipelineId{1}, statuses);
  const auto insert = [&](const char* sql, const std::string& blob) {
    Statement statement(database, sql);
    auto row = statement.use();
    row.bind_blob(1, blob);
    ASSERT_TRUE(row.run().has_value()) << sql;
  };
  insert("INSERT INTO page(id, entries) VALUES(1, ?1)", entry_blob);
  insert("INSERT INTO page_raw(page, data) VALUES(1, ?1)", raw_blob);
  insert(
      "INSERT INTO page_status(page, pipeline, waiting, failed, statuses) "
      "VALUES(1, 1, 1, 1, ?1)",
      status_blob);
}

void make_version_1(const std::filesystem::path& file) {
  const auto database = Database::open(file, DatabaseAccess::create).value();
  ASSERT_TRUE(database->execute("PRAGMA journal_mode=WAL").has_value());
  ASSERT_TRUE(create_journal(*database, test_time, 1).has_value());
  ASSERT_TRUE(database
                  ->execute("INSERT INTO pipeline(id, name, fence, run, cursor, lanes, seal) "
                            "VALUES(1, 'receipts', 7, 1, '{\"day\":3}', 0, 0)")
                  .has_value());
  RunTable runs(*database);
  RunRow run{RunId{1}, PipelineId{1}, 0, std::nullopt, 0, ""};
  run.definition = runs.keep_definition("name: receipts").value();
  ASSERT_TRUE(runs.write(run).has_value());
  write_page(*database);
  Head head;
  head.last_page = 1;
  head.last_run = 1;
  head.last_pipeline = 1;
  ASSERT_TRUE(HeadTable(*database).save(head).has_value());
}

// The page's raw JSON is known to be there, and is given up when nothing waits any more.
void expect_raw_is_listed(Journal& journal, PipelineId pipeline) {
  RawLimits limits;
  limits.received_before = test_time + std::chrono::milliseconds(1);
  const RawDropped held = journal.drop_raw(limits).value();
  EXPECT_EQ(held.pages, 0);
  EXPECT_GT(held.bytes_kept, 0);
  std::vector<Settlement> settlements;
  const auto waiting = journal.waiting(pipeline, {}, 1000).value();
  for (const WaitingRecord& record : waiting) {
    settlements.push_back({record.place, RecordState::filtered, "", false, 0});
  }
  ASSERT_TRUE(
      journal.settle(pipeline, RunId{1}, test_time, std::move(settlements)).get().has_value());
  const RawDropped dropped = journal.drop_raw(limits).value();
  EXPECT_EQ(dropped.pages, 1);
  EXPECT_EQ(dropped.bytes, held.bytes_kept);
  EXPECT_EQ(dropped.bytes_kept, 0);
}

void set_schema(Database& database, std::int64_t schema) {
  Statement select(database, "SELECT uuid, created_at FROM journal");
  auto row = select.use();
  ASSERT_TRUE(row.step().value());
  ByteWriter writer;
  writer.fixed(schema);
  writer.text(row.text(0));
  writer.fixed(row.integer(1));
  Statement update(database, "UPDATE journal SET schema = ?1, seal = ?2");
  auto change = update.use();
  change.bind(1, schema);
  change.bind(2, writer.seal(0x4e'41'4d'45));
  ASSERT_TRUE(change.run().has_value());
}

// What version 4 keeps of the failed record's earlier attempts.
void write_attempts(const std::filesystem::path& file) {
  const auto database = Database::open(file, DatabaseAccess::write).value();
  const PackedPlace place = pack({PageId{1}, 1});
  std::vector<RecordStatus> earlier(2);
  earlier[0].state = RecordState::in_doubt;
  earlier[0].attempts = 1;
  earlier[0].sent = 99;
  earlier[1].state = RecordState::failed;
  earlier[1].attempts = 2;
  Statement insert(*database, "INSERT INTO attempt(place, statuses) VALUES(?1, ?2)");
  auto row = insert.use();
  const std::string blob = encode_statuses(static_cast<PageId>(place), PipelineId{}, earlier);
  row.bind(1, static_cast<std::int64_t>(place));
  row.bind_blob(2, blob);
  ASSERT_TRUE(row.run().has_value());
  PageTable pages(*database);
  PageStatus status = pages.status(PageId{1}).value();
  status.records[1].attempts = 3;
  status.records[1].set(RecordStatus::has_attempts);
  const StatusCounts counts = count_statuses(status.records);
  ASSERT_TRUE(pages.write_status(PageId{1}, status, counts).has_value());
}

class Migration : public ::testing::TestWithParam<JournalAccess> {};

TEST_P(Migration, AFileOfVersion1IsBroughtUpToDate) {
  const TestFolder folder;
  make_version_1(folder.path() / "journal.db");
  JournalOptions options;
  options.folder = folder.path();
  options.access = GetParam();
  auto opened = open_sqlite_journal(options);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  Journal& journal = **opened;
  const PipelineId pipeline = journal.pipeline("receipts").value();
  EXPECT_EQ(journal.cursor(pipeline).value()->text, "{\"day\":3}");
  EXPECT_EQ(journal.count_waiting(pipeline).value(), 1);
  EXPECT_THAT(journal.waiting(pipeline, {}, 1000).value(), SizeIs(1));
  std::string filtered;
  ASSERT_TRUE(journal
                  .records(pipeline, {RecordState::filtered, "", 0},
                           [&](const RecordSummary& record) {
                             filtered += record.id;
                             return true;
                           })
                  .has_value());
  EXPECT_EQ(filtered, "c");
  EXPECT_THAT(journal.trace(pipeline, "NO-1").value(), SizeIs(3));
  if (GetParam() == JournalAccess::write) {
    EXPECT_EQ(journal.raise_fence(pipeline).value(), 8U);
    EXPECT_EQ(journal.requeue_failed(pipeline, {}, {}).value(), 1);
    expect_raw_is_listed(journal, pipeline);
  }
}

INSTANTIATE_TEST_SUITE_P(Accesses, Migration,
                         ::testing::Values(JournalAccess::write, JournalAccess::read));

TEST(Schema, EarlierAttemptsOfVersion4AreKeptByPage) {
  const TestFolder folder;
  make_version_1(folder.path() / "journal.db");
  {
    const auto database =
        Database::open(folder.path() / "journal.db", DatabaseAccess::write).value();
    for (int step = 1; step < 4; ++step) {
      ASSERT_TRUE(schema_steps()[static_cast<std::size_t>(step)](*database).has_value());
    }
    set_schema(*database, 4);
  }
  write_attempts(folder.path() / "journal.db");
  JournalOptions options;
  options.folder = folder.path();
  const auto journal = std::move(open_sqlite_journal(options)).value();
  const PipelineId pipeline = journal->pipeline("receipts").value();
  const auto versions = journal->trace(pipeline, "b").value();
  ASSERT_THAT(versions, SizeIs(1));
  ASSERT_THAT(versions[0].attempts, SizeIs(3));
  EXPECT_EQ(versions[0].attempts[0].state, RecordState::in_doubt);
  EXPECT_EQ(versions[0].attempts[1].attempt, 2U);
  EXPECT_EQ(versions[0].attempts[2].attempt, 3U);
  EXPECT_EQ(journal->requeue_failed(pipeline, {}, std::nullopt).value(), 1);
  EXPECT_THAT(journal->trace(pipeline, "b").value()[0].attempts, SizeIs(3));
}

// As version 5 has it: the filter of a run is one blob beside it.
void put_filter_beside_run(Database& database) {
  const BloomFilter filter = FilterTable(database).read(1).value();
  ASSERT_TRUE(database.execute("DROP TABLE sorted_filter").has_value());
  ASSERT_TRUE(database.execute("ALTER TABLE sorted_run ADD COLUMN bloom BLOB").has_value());
  ByteWriter writer;
  writer.raw(filter.bytes());
  const std::string blob = std::move(writer).sealed(0x42'4c'4f'4d ^ 1U << 8U);
  Statement update(database, "UPDATE sorted_run SET bloom = ?1");
  auto row = update.use();
  row.bind_blob(1, blob);
  ASSERT_TRUE(row.run().has_value());
  set_schema(database, 5);
}

TEST(Schema, TheFiltersOfVersion5AreKeptInParts) {
  constexpr std::uint64_t ids = 60'000;
  const TestFolder folder;
  const auto database = Database::open(folder.path() / "a.db", DatabaseAccess::create).value();
  ASSERT_TRUE(create_journal(*database, test_time).has_value());
  {
    SortedRunStore store(*database);
    SortedRunBuilder builder(store, 1, 0, ids);
    for (std::uint64_t i = 0; i < ids; ++i) {
      ASSERT_TRUE(builder.add({{i << 40U, i}, 1}).has_value());
    }
    ASSERT_TRUE(builder.finish(1).has_value());
    put_filter_beside_run(*database);
  }
  ASSERT_TRUE(migrate_journal(*database, read_journal_name(*database).value()).has_value());
  const SortedRun run = SortedRunStore(*database).read_run(1, true).value();
  EXPECT_GT(FilterTable::parts(run.bloom), 1U);
  for (std::uint64_t i = 0; i < ids; ++i) {
    ASSERT_TRUE(run.bloom.may_hold({i << 40U, i}));
  }
}

TEST_F(JournalTest, ANewerFileIsRefusedAndSaysWhatToDo) {
  journal.reset();
  {
    const auto database =
        Database::open(options.folder / "journal.db", DatabaseAccess::write).value();
    set_schema(*database, schema_version + 1);
  }
  for (const JournalAccess access : {JournalAccess::write, JournalAccess::read}) {
    options.access = access;
    const auto opened = open_sqlite_journal(options);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid_config);
    EXPECT_THAT(opened.error().message, HasSubstr("newer"));
  }
}

TEST(Schema, AFailedMigrationLeavesTheFileAsItWas) {
  const TestFolder folder;
  const auto file = folder.path() / "journal.db";
  make_version_1(file);
  {
    const auto database = Database::open(file, DatabaseAccess::write).value();
    ASSERT_TRUE(database->execute("UPDATE page_status SET statuses = x'00'").has_value());
    const auto migrated = migrate_journal(*database, read_journal_name(*database).value());
    ASSERT_FALSE(migrated.has_value());
    EXPECT_EQ(migrated.error().kind, ErrorKind::corrupt);
    EXPECT_EQ(read_journal_name(*database).value().schema, 1);
    EXPECT_EQ(
        database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'attempt'").value(), 0);
  }
}

TEST(Schema, DISABLED_Migrates) {
  const char* folder = std::getenv("WEIR_TEST_FOLDER");  // NOLINT(concurrency-mt-unsafe)
  ASSERT_NE(folder, nullptr) << "this is the other half of the test below";
  JournalOptions options;
  options.folder = folder;
  ASSERT_TRUE(open_sqlite_journal(options).has_value());
}

TEST(Schema, AMigrationThatIsKilledIsDoneAgain) {
  const TestFolder folder;
  make_version_1(folder.path() / "journal.db");
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("WEIR_TEST_FOLDER", folder.path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    ::setenv("WEIR_FAILPOINT", "journal.migrate", 1);        // NOLINT(concurrency-mt-unsafe)
    ::execl("/proc/self/exe", "weir_journal_sqlite_test", "--gtest_filter=Schema.DISABLED_Migrates",
            "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  {
    const auto left = Database::open(folder.path() / "journal.db", DatabaseAccess::write).value();
    EXPECT_EQ(read_journal_name(*left).value().schema, 1);
  }
  JournalOptions options;
  options.folder = folder.path();
  auto opened = open_sqlite_journal(options);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  const PipelineId pipeline = (*opened)->pipeline("receipts").value();
  EXPECT_EQ((*opened)->count_waiting(pipeline).value(), 1);
  EXPECT_THAT((*opened)->trace(pipeline, "NO-1").value(), SizeIs(3));
}

}  // namespace
}  // namespace weir
