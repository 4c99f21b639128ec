// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/test_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the journal's tests share.

namespace weir {

inline const Timestamp test_time{std::chrono::milliseconds(1'767'225'600'000)};

struct TestRecord {
  std::string id;
  std::uint64_t content = 0;
  std::string number;
};

inline std::string raw_of(const TestRecord& record) {
  return fmt::format("{{\"id\":\"{}\",\"content\":{},\"text\":\"O'Brien \\\\ 收款单 🧾\"}}",
                     record.id, record.content);
}

inline IncomingPage page_of(const std::vector<TestRecord>& records, std::string origin = "page") {
  auto page = std::make_shared<Page>();
  page->bytes = "[";
  for (const TestRecord& record : records) {
    const std::string raw = raw_of(record);
    PageRecord& added = page->records.emplace_back();
    added.id = record.id;
    added.number = record.number;
    added.content = record.content;
    added.offset = page->bytes.size();
    added.length = raw.size();
    page->bytes += raw + ",";
  }
  return {std::move(page), test_time, std::move(origin)};
}

// A journal in a folder of its own, with one pipeline and one run.
class JournalTest : public ::testing::Test {
 protected:
  JournalTest() {
    options.folder = folder.path() / "state";
    options.clock = &clock;
    // Tiny, so that a few records fill a run and a few runs are merged.
    options.tuning = {32, 2, 16, 4, 2};
    options.tuning.hot_bytes = 2'000;  // some pages are handed over, some are read back
    open();
    pipeline = journal->pipeline("receipts").value();
    run = journal->begin_run(pipeline, {test_time, "name: receipts"}).value();
  }

  void open() {
    journal.reset();
    auto opened = open_sqlite_journal(options);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    journal = std::move(*opened);
  }

  std::unique_ptr<Journal> open_reader() {
    JournalOptions reading = options;
    reading.access = JournalAccess::read;
    auto opened = open_sqlite_journal(reading);
    EXPECT_TRUE(opened.has_value());
    return opened ? std::move(*opened) : nullptr;
  }

  Intake store(const std::vector<TestRecord>& records, Redelivery redelivery = Redelivery::never) {
    auto intakes = journal->store(pipeline, run, redelivery, {page_of(records)}, {}).get();
    EXPECT_TRUE(intakes.has_value()) << intakes.error().message;
    return intakes && !intakes->empty() ? std::move(intakes->front()) : Intake{};
  }

  OpenedBatch open_batch(const std::vector<Candidate>& candidates, std::uint32_t lane = 0,
                         Redelivery redelivery = Redelivery::never) {
    auto opened = journal->open_batch(pipeline, lane, 1, redelivery, candidates);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_TRUE(opened && opened->on_disk.get());
    return opened ? std::move(*opened) : OpenedBatch{};
  }

  void deliver(RecordPlace place, std::uint64_t sent, Redelivery redelivery = Redelivery::never) {
    const OpenedBatch batch = open_batch({{place, sent}}, 0, redelivery);
    ASSERT_TRUE(journal->settle_batch(batch.key, run, test_time, {}).get().has_value());
  }

  void deliver_in(std::uint32_t lane, RecordPlace place) {
    const OpenedBatch batch = open_batch({{place, 1}}, lane);
    ASSERT_TRUE(journal->settle_batch(batch.key, run, test_time, {}).get().has_value());
  }

  void settle(RecordPlace place, RecordState state, std::string reason, Timestamp at = test_time) {
    const auto settled =
        journal->settle(pipeline, run, at, {{place, state, std::move(reason), false, 0}}).get();
    ASSERT_TRUE(settled.has_value()) << settled.error().message;
  }

  std::vector<RecordSummary> records(std::optional<RecordState> state = {}, std::string find = "") {
    std::vector<RecordSummary> found;
    const auto done =
        journal->records(pipeline, {state, std::move(find), 0}, [&](const RecordSummary& record) {
          found.push_back(record);
          return true;
        });
    EXPECT_TRUE(done.has_value()) << done.error().message;
    return found;
  }

  RecordState state_of(const std::string& id) {
    const auto trace = journal->trace(pipeline, id);
    EXPECT_TRUE(trace.has_value() && !trace->empty());
    return trace->back().summary.state;
  }

  // The pages whose raw JSON it gave up.
  std::int64_t drop_raw(Timestamp received_before) {
    RawLimits limits;
    limits.received_before = received_before;
    const auto dropped = journal->drop_raw(limits);
    EXPECT_TRUE(dropped.has_value()) << dropped.error().message;
    return dropped ? dropped->pages : -1;
  }

  std::int64_t waiting_count() { return journal->count_waiting(pipeline).value_or(-1); }

  TestFolder folder;
  ManualClock clock{test_time};
  JournalOptions options;
  std::unique_ptr<Journal> journal;
  PipelineId pipeline{};
  RunId run{};
};

}  // namespace weir
