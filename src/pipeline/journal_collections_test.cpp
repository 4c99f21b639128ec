// SPDX-License-Identifier: Apache-2.0
#include "pipeline/journal_collections.h"

#include "journal/sqlite/sqlite_journal.h"
#include "pipeline/definition.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>

namespace weir {
namespace {

constexpr std::string_view customers_text = R"(
source:
  connection: s
  api: list
  id: id
  formatResponse: [{old: since, new: since_day, format: date}]
  condition: [[{field: state, logic: neq, value: GONE}]]
target: {connection: t, api: execute}
)";

constexpr std::string_view lines_text = R"(
source: {connection: s, api: list, id: id, beatFlat: [lines]}
target: {connection: t, api: execute}
)";

class JournalCollectionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("weir-collections-{}-{}", ::getpid(), ++count_);
    JournalOptions options;
    options.folder = folder_;
    journal_ = open_sqlite_journal(options).value();
    use(customers_text, {{"name"}, {"code", "since_day"}});
  }
  void TearDown() override {
    collections_.reset();
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }

  void use(std::string_view text, LookupShape lookup) {
    Faults faults;
    const auto definition = read_definition("customers", text, SystemReferences("."), faults);
    ASSERT_TRUE(definition && faults.empty()) << to_string(faults.front());
    transform_ = Transform::compile(definition->source, definition->target, RecordShape(),
                                    TimeZone::utc(), faults);
    ASSERT_TRUE(transform_);
    lookup_ = std::move(lookup);
  }

  // The collections as they are now.
  void look(Journal* journal, std::stop_token stop = {}) {
    std::vector<CollectionSource> sources;
    sources.push_back({"customers", transform_.get(), {lookup_}});
    collections_ = std::make_unique<JournalCollections>(
        CollectionPlace{journal, folder_, std::move(stop)}, std::move(sources));
  }
  void look() { look(journal_.get()); }

  void store(const std::vector<std::pair<std::string, std::string>>& records) {
    const auto pipeline = journal_->pipeline("customers").value();
    const auto run = journal_->begin_run(pipeline, {clock_.now(), ""}).value();
    auto page = std::make_shared<Page>();
    for (const auto& [id, json] : records) {
      PageRecord& record = page->records.emplace_back();
      record.id = id;
      record.content = ++content_;
      record.offset = page->bytes.size();
      record.length = json.size();
      page->bytes += json;
    }
    ASSERT_TRUE(
        journal_
            ->store(pipeline, run, Redelivery::when_different, {{page, clock_.now(), "page"}}, {})
            .get());
  }

  Result<Value> ask(const std::string& name, const std::string& field = "code") const {
    return collections_->find({"customers", field, {{lookup_.where.front(), Value(name)}}});
  }
  std::string find(const std::string& name, const std::string& field = "code") const {
    const auto found = ask(name, field);
    return found ? to_json(*found) : found.error().message;
  }

  std::filesystem::path folder_;
  ManualClock clock_{Timestamp(std::chrono::seconds(1'767'225'600))};
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<const Transform> transform_;
  LookupShape lookup_;
  std::unique_ptr<JournalCollections> collections_;
  std::uint64_t content_ = 0;

 private:
  static inline int count_ = 0;
};

TEST_F(JournalCollectionsTest, FindsWhatThePipelineHasCleaned) {
  store({{"1", R"({"id":"1","name":"Li","code":"C1","since":"2026-01-05 09:31:00"})"},
         {"2", R"({"id":"2","name":"Wang","code":"C2","state":"GONE"})"},
         {"3", R"({"id":"3","name":"Zhao","code":"C3","since":"no date"})"},
         {"4", "no JSON"}});
  look();
  EXPECT_EQ(find("Li"), R"("C1")");
  EXPECT_EQ(find("Li", "since_day"), R"("2026-01-05")");
  EXPECT_EQ(find("Wang"), "null");  // its condition drops it
  EXPECT_EQ(find("Zhao"), "null");  // it cannot be cleaned
  EXPECT_EQ(find("Sun"), "null");
}

TEST_F(JournalCollectionsTest, FindsTheNewestRecordInItsNewestVersion) {
  store({{"1", R"({"id":"1","name":"Li","code":"C1"})"},
         {"2", R"({"id":"2","name":"Li","code":"C2"})"},
         {"3", R"({"id":"3","name":"Wang","code":"C3"})"}});
  look();
  EXPECT_EQ(find("Li"), R"("C2")");
  store({{"1", R"({"id":"1","name":"Li","code":"C1 again"})"},
         {"3", R"({"id":"3","name":"Wong","code":"C3"})"}});
  EXPECT_EQ(find("Wang"), R"("C3")");  // as it was when it was opened
  look();
  EXPECT_EQ(find("Li"), R"("C1 again")");
  EXPECT_EQ(find("Wang"), "null");
}

TEST_F(JournalCollectionsTest, IsAsItWasWhenItWasMadeAlsoWhenItIsAskedLate) {
  store({{"1", R"({"id":"1","name":"Li","code":"C1"})"}});
  look();
  store({{"1", R"({"id":"1","name":"Li","code":"later"})"}});
  EXPECT_EQ(find("Li"), R"("C1")");
}

TEST_F(JournalCollectionsTest, LooksInTheRowsThatBeatFlatMakes) {
  use(lines_text, {{"lines_good"}, {"no", "lines_qty", "bfn_id"}});
  store({{"1", R"({"id":"1","no":"A","lines":[{"good":"g1","qty":1.50},{"good":"g2","qty":2}]})"}});
  look();
  EXPECT_EQ(find("g1", "lines_qty"), "1.50");
  EXPECT_EQ(find("g2", "bfn_id"), R"("1-2")");
  EXPECT_EQ(find("g2", "no"), R"("A")");
}

TEST_F(JournalCollectionsTest, IsEmptyWhereThePipelineHasNeverRun) {
  look();
  EXPECT_EQ(find("Li"), "null");
  look(nullptr);
  EXPECT_EQ(find("Li"), "null");
  JournalOptions options;
  options.folder = folder_;
  options.access = JournalAccess::read;
  const auto reader = open_sqlite_journal(options).value();
  look(reader.get());
  EXPECT_EQ(find("Li"), "null");
  collections_.reset();
}

TEST_F(JournalCollectionsTest, DoesNotTakeForMissingWhatMayHaveBeenGivenUp) {
  store({{"1", R"({"id":"1","name":"Li","code":"C1"})"}});
  const auto pipeline = journal_->pipeline("customers").value();
  const auto waiting = journal_->waiting(pipeline, {}, 1000).value();
  ASSERT_TRUE(journal_
                  ->settle(pipeline, RunId{1}, clock_.now(),
                           {{waiting[0].place, RecordState::filtered, "", false, 0}})
                  .get());
  RawLimits limits;
  limits.bytes_max = 0;
  ASSERT_EQ(journal_->drop_raw(limits).value().pages, 1);
  store({{"2", R"({"id":"2","name":"Wang","code":"C2"})"}});
  look();
  EXPECT_EQ(find("Wang"), R"("C2")");
  const auto unknown = ask("Li");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::rejected);
  EXPECT_NE(unknown.error().message.find("the raw JSON of 1 records of that pipeline is past"),
            std::string::npos)
      << unknown.error().message;
}

TEST_F(JournalCollectionsTest, StopsWhenItIsToldTo) {
  store({{"1", R"({"id":"1","name":"Li","code":"C1"})"}});
  std::stop_source stop;
  stop.request_stop();
  look(journal_.get(), stop.get_token());
  ASSERT_FALSE(ask("Li"));
  EXPECT_EQ(ask("Li").error().kind, ErrorKind::cancelled);
}

TEST_F(JournalCollectionsTest, SaysThatItHasNoRoomForTemporaryFiles) {
  store({{"1", R"({"id":"1","name":"Li","code":"C1"})"}});
  look();
  const auto elsewhere = folder_;
  folder_ /= "nowhere";
  look();
  ASSERT_FALSE(ask("Li"));
  EXPECT_EQ(ask("Li").error().kind, ErrorKind::unavailable);
  folder_ = elsewhere;
}

TEST_F(JournalCollectionsTest, AnswersManyThreads) {
  std::vector<std::pair<std::string, std::string>> records;
  for (int i = 0; i < 500; ++i) {
    const std::string id = std::to_string(i);
    records.emplace_back(id, R"({"id":")" + id + R"(","name":"n)" + id + R"(","code":)" + id + "}");
  }
  store(records);
  look();
  std::vector<std::future<bool>> asking;
  for (int thread = 0; thread < 4; ++thread) {
    asking.push_back(std::async(std::launch::async, [&] {
      bool right = true;
      for (int i = 0; i < 500; ++i) {
        right = right && find("n" + std::to_string(i)) == std::to_string(i);
      }
      return right;
    }));
  }
  for (auto& each : asking) {
    EXPECT_TRUE(each.get());
  }
}

}  // namespace
}  // namespace weir
