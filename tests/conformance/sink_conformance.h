// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "sink/sink.h"
#include "tests/support/mapped_rows.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// What every transactional sink must do, whatever stands behind it. A connector's test includes
// this header once and instantiates SinkConformance with its subjects; each runs against a real
// system.

namespace weir::testing {

// A row as the target holds it: text as stored, numbers by their digits, nullopt for NULL.
struct StoredRow {
  std::string id;
  std::optional<std::string> text;
  std::optional<std::string> amount;
  bool operator==(const StoredRow&) const = default;
};

// One outside system with a table of id (unique, not null), text (unbounded, nullable) and amount
// (decimal with 4 places, nullable). Made anew, and empty, for every test.
class SinkSubject {
 public:
  virtual ~SinkSubject() = default;
  virtual std::unique_ptr<Sink> insert_sink() = 0;        // a second row with an id is refused
  virtual std::unique_ptr<Sink> upsert_sink() = 0;        // … replaces the first
  virtual std::unique_ptr<Sink> unauthorized_sink() = 0;  // with credentials that are refused
  virtual std::unique_ptr<Sink> silent_sink() = 0;        // towards a server that never answers
  virtual Value request(Value id, Value text, Value amount) = 0;
  virtual std::vector<StoredRow> rows() = 0;  // by id
  virtual void break_connections() = 0;       // as if the network went away
};

struct SubjectMaker {
  std::string name;
  std::function<std::unique_ptr<SinkSubject>()> make;
};

inline std::ostream& operator<<(std::ostream& out, const SubjectMaker& maker) {
  return out << maker.name;
}

class SinkConformance : public ::testing::TestWithParam<SubjectMaker> {
 protected:
  void SetUp() override { subject_ = GetParam().make(); }

  OutgoingRecord record(const std::string& id, Value text, Value amount = nullptr) {
    ++index_;
    return {{PageId{1}, index_},
            id,
            rows_of({subject_->request(id, std::move(text), std::move(amount))}),
            1};
  }
  std::vector<OutgoingRecord> records(int count, const std::string& text = "x") {
    std::vector<OutgoingRecord> made;
    for (int i = 0; i < count; ++i) {
      made.push_back(record(id_of(i), text));
    }
    return made;
  }
  static std::string id_of(int i) { return std::to_string(100000 + i); }

  static std::unique_ptr<SinkLane> open(Sink& sink, std::uint64_t fence = 1,
                                        std::uint32_t lane = 0) {
    auto opened = sink.open_lane(lane, {});
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      return nullptr;
    }
    auto mark = (*opened)->claim(fence);
    EXPECT_TRUE(mark) << mark.error().message;
    return std::move(*opened);
  }

  // One batch, from begin to commit.
  static void deliver(SinkLane& lane, std::uint64_t sequence,
                      std::span<const OutgoingRecord> batch) {
    good(lane.begin());
    good(lane.write(batch));
    good(lane.write_mark(sequence));
    good(lane.commit());
  }

  template <typename T>
  static void good(const Result<T>& result) {
    ASSERT_TRUE(result) << result.error().message;
  }

  std::unique_ptr<SinkSubject> subject_;
  std::uint32_t index_ = 0;
};

TEST_P(SinkConformance, DeliversABatch) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  const auto batch = records(1000);
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, batch));
  EXPECT_EQ(subject_->rows().size(), 1000U);
}

TEST_P(SinkConformance, CountsTheRowsOfARecordOnce) {
  const auto sink = subject_->upsert_sink();
  const auto lane = open(*sink);
  const auto batch = records(10);
  for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
    good(lane->begin());
    auto report = lane->write(batch);
    good(report);
    EXPECT_EQ(report->rows, 10U);
    EXPECT_TRUE(report->warnings.empty()) << report->warnings.front().text;
    good(lane->write_mark(sequence));
    good(lane->commit());
  }
}

TEST_P(SinkConformance, WritesAllOrNone) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  auto batch = records(20);
  batch.push_back(record(id_of(7), "again"));
  good(lane->begin());
  auto report = lane->write(batch);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::rejected) << report.error().message;
  good(lane->write(std::span(batch).first(3)));
  good(lane->write_mark(1));
  good(lane->commit());
  EXPECT_EQ(subject_->rows().size(), 3U);
}

TEST_P(SinkConformance, NamesTheBadRow) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, records(1)));
  good(lane->begin());
  const std::vector<OutgoingRecord> bad = {record(id_of(0), "again")};
  auto report = lane->write(bad);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::rejected);
  EXPECT_NE(report.error().message.find(id_of(0)), std::string::npos) << report.error().message;
  EXPECT_FALSE(report.error().code.empty());
}

TEST_P(SinkConformance, RefusesWhatIsNoNumber) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  good(lane->begin());
  const std::vector<OutgoingRecord> bad = {record("1", "x", "12 pieces")};
  auto report = lane->write(bad);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::rejected) << report.error().message;
}

TEST_P(SinkConformance, MovesTheMarkWithTheData) {
  const auto sink = subject_->insert_sink();
  auto lane = open(*sink);
  good(lane->begin());
  good(lane->write(records(5)));
  good(lane->write_mark(1));
  lane->rollback();
  auto mark = lane->claim(2);
  good(mark);
  EXPECT_EQ(mark->sequence, 0U);
  EXPECT_TRUE(subject_->rows().empty());

  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, records(5)));
  lane = open(*sink, 3);
  mark = lane->claim(4);
  good(mark);
  EXPECT_EQ(mark->sequence, 1U);
  EXPECT_EQ(mark->fence, 4U);
  EXPECT_EQ(subject_->rows().size(), 5U);
}

TEST_P(SinkConformance, ForgetsATransactionThatWasNotCommitted) {
  const auto sink = subject_->insert_sink();
  auto lane = open(*sink);
  good(lane->begin());
  good(lane->write(records(5)));
  good(lane->write_mark(1));
  lane.reset();
  lane = open(*sink, 2);
  auto mark = lane->claim(3);
  good(mark);
  EXPECT_EQ(mark->sequence, 0U);
  EXPECT_TRUE(subject_->rows().empty());
}

TEST_P(SinkConformance, KeepsAMarkForEachLane) {
  const auto sink = subject_->insert_sink();
  const auto first = open(*sink, 1, 0);
  const auto second = open(*sink, 1, 1);
  ASSERT_NO_FATAL_FAILURE(deliver(*first, 1, records(1)));
  auto mark = second->claim(1);
  good(mark);
  EXPECT_EQ(mark->sequence, 0U);
}

TEST_P(SinkConformance, FenceExcludesAZombie) {
  const auto sink = subject_->insert_sink();
  const auto zombie = open(*sink, 1);
  const auto heir = open(*sink, 2);
  good(zombie->begin());
  good(zombie->write(records(5)));
  auto marked = zombie->write_mark(1);
  ASSERT_FALSE(marked);
  EXPECT_EQ(marked.error().kind, ErrorKind::conflict) << marked.error().message;
  zombie->rollback();
  auto claimed = zombie->claim(1);
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().kind, ErrorKind::conflict) << claimed.error().message;
  EXPECT_TRUE(subject_->rows().empty());
  ASSERT_NO_FATAL_FAILURE(deliver(*heir, 1, records(5)));
}

TEST_P(SinkConformance, KeepsTheOrderOfALane) {
  const auto sink = subject_->upsert_sink();
  const auto lane = open(*sink);
  for (std::uint64_t version = 1; version <= 5; ++version) {
    const std::vector<OutgoingRecord> batch = {record("1", std::to_string(version))};
    ASSERT_NO_FATAL_FAILURE(deliver(*lane, version, batch));
  }
  EXPECT_EQ(subject_->rows(), (std::vector<StoredRow>{{"1", "5", std::nullopt}}));
}

TEST_P(SinkConformance, ReportsRefusedCredentials) {
  const auto sink = subject_->unauthorized_sink();
  auto lane = sink->open_lane(0, {});
  ASSERT_FALSE(lane);
  EXPECT_EQ(lane.error().kind, ErrorKind::unauthorized) << lane.error().message;
}

TEST_P(SinkConformance, SurvivesABrokenConnection) {
  const auto sink = subject_->insert_sink();
  auto lane = open(*sink);
  good(lane->begin());
  good(lane->write(records(5)));
  subject_->break_connections();
  auto report = lane->write(records(1));
  ASSERT_FALSE(report);
  EXPECT_TRUE(is_transient(report.error().kind)) << report.error().message;
  lane = open(*sink, 2);
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, records(5)));
  EXPECT_EQ(subject_->rows().size(), 5U);
}

TEST_P(SinkConformance, StopsWhileItConnects) {
  const auto sink = subject_->silent_sink();
  std::stop_source stop;
  Result<std::unique_ptr<SinkLane>> lane = fail(ErrorKind::internal, "not tried");
  std::jthread opener([&] { lane = sink->open_lane(0, stop.get_token()); });
  stop.request_stop();
  opener.join();
  ASSERT_FALSE(lane);
  EXPECT_EQ(lane.error().kind, ErrorKind::cancelled) << lane.error().message;
}

TEST_P(SinkConformance, CarriesTextByteForByte) {
  using namespace std::string_literals;
  std::vector<std::string> texts = {""s,
                                    " "s,
                                    "it's \"quoted\" `so`"s,
                                    "back\\slash \\n \\' \\\\ \\0"s,
                                    "line\nbreak\r\n\ttab"s,
                                    "nul\0inside"s,
                                    "'); DROP TABLE t; --"s,
                                    "100% _ :name ? :id"s,
                                    "收款单 销售收款"s,
                                    "😀 👨‍👩‍👧 𠮷"s,
                                    "\x1a\b"s,
                                    std::string(3'000'000, 'x'),
                                    "\xEF\xBB\xBF with a mark"s};
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  std::vector<OutgoingRecord> batch;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    batch.push_back(record(id_of(static_cast<int>(i)), texts[i]));
  }
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, batch));
  const auto rows = subject_->rows();
  ASSERT_EQ(rows.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_TRUE(rows[i].text == texts[i])
        << "text " << i << " arrived as " << rows[i].text.value_or("NULL").substr(0, 100);
  }
}

TEST_P(SinkConformance, CarriesNumbersByTheirDigits) {
  const std::vector<std::pair<Value, std::optional<std::string>>> cases = {
      {Number{"128000.50"}, "128000.5000"},
      {Number{"0.1"}, "0.1000"},
      {Number{"-99999999999999.9999"}, "-99999999999999.9999"},
      {Number{"9007199254740993"}, "9007199254740993.0000"},
      {Number{"1e3"}, "1000.0000"},
      {"0.0001", "0.0001"},
      {true, "1.0000"},
      {nullptr, std::nullopt},
  };
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  std::vector<OutgoingRecord> batch;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    batch.push_back(record(id_of(static_cast<int>(i)), nullptr, cases[i].first));
  }
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, batch));
  const auto rows = subject_->rows();
  ASSERT_EQ(rows.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(rows[i].amount, cases[i].second);
    EXPECT_EQ(rows[i].text, std::nullopt);
  }
}

TEST_P(SinkConformance, CarriesListsAndObjectsAsJson) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  const std::vector<OutgoingRecord> batch = {
      record("1", List{"a", Number{"1.50"}, nullptr}),
      record("2", Object{{"名", "值"}, {"b", false}}),
  };
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, batch));
  const auto rows = subject_->rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].text, "[\"a\",1.50,null]");
  EXPECT_EQ(rows[1].text, "{\"名\":\"值\",\"b\":false}");
}

TEST_P(SinkConformance, LaysAWarningAtItsRow) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  auto batch = records(10);
  batch[6] = record(id_of(6), "x", Number{"1.23456"});
  batch[9] = record(id_of(9), "x", Number{"9.99999"});
  good(lane->begin());
  auto report = lane->write(batch);
  good(report);
  ASSERT_EQ(report->warnings.size(), 2U);
  EXPECT_EQ(report->warnings[0].index, 6U);
  EXPECT_EQ(report->warnings[1].index, 9U);
  EXPECT_FALSE(report->warnings[0].text.empty());
}

TEST_P(SinkConformance, WritesMoreThanOneCallTakes) {
  const auto sink = subject_->insert_sink();
  const auto lane = open(*sink);
  const std::string text(100'000, '\'');
  ASSERT_NO_FATAL_FAILURE(deliver(*lane, 1, records(400, text)));
  const auto rows = subject_->rows();
  ASSERT_EQ(rows.size(), 400U);
  EXPECT_TRUE(rows.back().text == text);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SinkConformance);

}  // namespace weir::testing
