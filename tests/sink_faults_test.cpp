// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_test_target.h"
#include "core/hash.h"
#include "journal/sqlite/sqlite_journal.h"
#include "sink/sink_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

// The sink's side whole: runner, SQLite journal and a real server that is killed, restarted and
// robbed of its sessions while records flow into a table without any key.

namespace weir::testing {
namespace {

constexpr std::size_t page_records = 100;

class SinkFaults : public ::testing::Test {
 protected:
  SinkFaults() : target_(server_) {
    std::string pattern = "/tmp/weir-sink-faults-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    target_.execute("CREATE TABLE t (id VARCHAR(20), n INT) ENGINE=InnoDB");
    JournalOptions options;
    options.folder = folder_;
    auto journal = open_sqlite_journal(options);
    if (!journal) {
      ADD_FAILURE() << journal.error().message;
      return;
    }
    journal_ = std::move(*journal);
    pipeline_ = *journal_->pipeline("receipts");
    run_ = *journal_->begin_run(pipeline_, {clock_.now(), ""});
    sink_ = target_.sink(
        {"INSERT INTO t (id, n) VALUES (:id, :n)", target_.by_socket(), {"id", "n"}, false});
  }
  ~SinkFaults() override {
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Journals one more page and gives its records as they would go out.
  std::vector<OutgoingRecord> next_page() {
    auto page = std::make_shared<Page>();
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < page_records; ++i) {
      const std::string id = "r" + std::to_string(journalled_++);
      const std::string raw = "{\"id\":\"" + id + "\"}";
      page->records.push_back({id, id, hash64(raw), page->bytes.size(), raw.size(), {}});
      page->bytes += raw;
      ids.push_back(id);
    }
    auto stored = journal_->store(pipeline_, run_, Redelivery::never,
                                  {{page, clock_.now(), "test"}}, std::nullopt);
    const auto intake = stored.get();
    EXPECT_TRUE(intake) << intake.error().message;
    std::vector<OutgoingRecord> records;
    for (const DueRecord& due : (*intake)[0].due) {
      const std::string& id = ids[due.page_index];
      // Every tenth is no number, and so refused by the server.
      const Value n = hash64(id) % 10 == 0 ? Value("none") : Value(Number{"1"});
      Value request = Object{{"main_params", Object{{"id", id}, {"n", n}}}};
      MappedRows rows = rows_of({std::move(request)});
      const std::uint64_t sent = rows.hash();
      records.push_back({due.place, id, std::move(rows), sent});
    }
    return records;
  }

  std::unique_ptr<SinkRunner> make_runner() {
    return std::make_unique<SinkRunner>(*sink_, *journal_, clock_, pipeline_, run_,
                                        Redelivery::never, std::chrono::minutes(5));
  }

  std::size_t count(RecordState state) {
    std::size_t found = 0;
    EXPECT_TRUE(journal_->records(pipeline_, {state, {}, 0}, [&](const RecordSummary&) {
      ++found;
      return true;
    }));
    return found;
  }

  void expect_each_once() {
    const std::size_t failed = count(RecordState::failed);
    EXPECT_GT(failed, 0U);
    EXPECT_EQ(count(RecordState::delivered), journalled_ - failed);
    EXPECT_EQ(target_.value("SELECT COUNT(*) FROM t"), std::to_string(journalled_ - failed));
    EXPECT_EQ(target_.value("SELECT COUNT(DISTINCT id) FROM t"),
              std::to_string(journalled_ - failed));
    EXPECT_TRUE(journal_->open_batches(pipeline_)->empty());
  }

  PrivateMariadb server_;
  MysqlTestTarget target_;
  SystemClock clock_;
  std::string folder_;
  std::unique_ptr<Journal> journal_;
  PipelineId pipeline_{};
  RunId run_{};
  std::unique_ptr<Sink> sink_;
  std::size_t journalled_ = 0;
};

TEST_F(SinkFaults, SessionsAreKilledWhileRecordsFlow) {
  auto runner = make_runner();
  std::atomic<bool> done{false};
  std::jthread killer([&] {
    while (!done) {
      target_.kill_sessions();
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
  });
  for (int page = 0; page < 100; ++page) {
    ASSERT_TRUE(runner->push(next_page(), {}));
  }
  done = true;
  killer.join();
  const auto finished = runner->finish();
  ASSERT_TRUE(finished) << finished.error().message;
  expect_each_once();
}

TEST_F(SinkFaults, TheServerIsKilledAndRestartedWhileRecordsFlow) {
  auto runner = make_runner();
  std::atomic<bool> done{false};
  std::jthread producer([&] {
    while (!done) {
      EXPECT_TRUE(runner->push(next_page(), {}));
    }
  });
  for (int round = 0; round < 5; ++round) {
    const std::int64_t before = runner->counts().delivered;
    while (runner->counts().delivered < before + 500) {
      std::this_thread::yield();
    }
    server_.kill();
    server_.start();
  }
  done = true;
  producer.join();
  const auto finished = runner->finish();
  ASSERT_TRUE(finished) << finished.error().message;
  expect_each_once();
}

}  // namespace
}  // namespace weir::testing
