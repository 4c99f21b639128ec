// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/hot_pages.h"

#include "journal/sqlite/journal_fixture.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace weir {
namespace {

std::shared_ptr<const HotPage> hot_page(PipelineId pipeline, const std::string& id) {
  return std::make_shared<HotPage>(
      HotPage{pipeline, page_of({{id, 1, ""}}).page, std::vector<std::uint32_t>{0}});
}

TEST(HotPages, TheOldestStayWhenThereIsNoRoom) {
  const auto first = hot_page(PipelineId{1}, "a");
  HotPages hot(first->bytes() * 2);
  hot.add(PageId{1}, first);
  hot.add(PageId{2}, hot_page(PipelineId{1}, "b"));
  hot.add(PageId{3}, hot_page(PipelineId{1}, "c"));
  EXPECT_EQ(hot.find(PageId{1}), first);
  EXPECT_NE(hot.find(PageId{2}), nullptr);
  EXPECT_EQ(hot.find(PageId{3}), nullptr);
  hot.forget(PageId{1});
  hot.add(PageId{3}, hot_page(PipelineId{1}, "c"));
  EXPECT_EQ(hot.find(PageId{1}), nullptr);
  ASSERT_NE(hot.find(PageId{3}), nullptr);
  EXPECT_EQ(hot.find(PageId{3})->record(0).id, "c");
}

TEST(HotPages, OnePipelineIsForgottenAlone) {
  HotPages hot(1U << 20U);
  hot.add(PageId{1}, hot_page(PipelineId{1}, "a"));
  hot.add(PageId{2}, hot_page(PipelineId{2}, "b"));
  hot.forget(PipelineId{1});
  EXPECT_EQ(hot.find(PageId{1}), nullptr);
  EXPECT_NE(hot.find(PageId{2}), nullptr);
}

TEST(HotPages, ItIsWorthWaitingForRoomWhileSomethingIsHandedOver) {
  const auto page = hot_page(PipelineId{1}, "a");
  HotPages hot(page->bytes() * 2, std::chrono::milliseconds(1));
  EXPECT_FALSE(hot.worth_waiting(page->bytes())) << "there is room";
  hot.add(PageId{1}, page);
  hot.add(PageId{2}, page);
  EXPECT_TRUE(hot.worth_waiting(page->bytes()));
  hot.await_room(page->bytes());
  EXPECT_FALSE(hot.worth_waiting(page->bytes())) << "nobody takes anything";
  hot.forget(PageId{1});
  hot.add(PageId{3}, page);
  EXPECT_TRUE(hot.worth_waiting(page->bytes()));
}

TEST(HotPages, HalfOfAllIsRoomEnoughForAnyPage) {
  const auto page = hot_page(PipelineId{1}, "a");
  HotPages hot(page->bytes() * 2, std::chrono::milliseconds(1));
  hot.add(PageId{1}, page);
  EXPECT_FALSE(hot.worth_waiting(page->bytes() * 100));
  hot.add(PageId{2}, page);
  EXPECT_TRUE(hot.worth_waiting(page->bytes() * 100));
}

TEST(HotPages, WhoWaitsForRoomGoesOnWhenThereIsSome) {
  const auto page = hot_page(PipelineId{1}, "a");
  HotPages hot(page->bytes(), std::chrono::hours(1));
  hot.add(PageId{1}, page);
  const std::jthread delivery([&] { hot.forget(PageId{1}); });
  hot.await_room(page->bytes());
  EXPECT_EQ(hot.find(PageId{1}), nullptr);
}

// What is handed over from memory and what is read back from disk is the same.
class HandOver : public JournalTest {
 protected:
  std::string waiting_text() {
    std::string text;
    std::optional<RecordPlace> after;
    for (;;) {
      const auto chunk = journal->waiting(pipeline, after, 150);
      if (!chunk || chunk->empty()) {
        return chunk ? text : chunk.error().message;
      }
      for (const WaitingRecord& record : *chunk) {
        text += fmt::format("{}/{} {} {} {}\n", static_cast<std::int64_t>(record.place.page),
                            record.place.index, record.id, record.raw, record.fault);
      }
      after = chunk->records.back().place;
    }
  }
};

TEST_F(HandOver, FromMemoryAsFromDisk) {
  options.tuning.hot_bytes = 1U << 20U;
  open();
  store({{"a", 1, "NO-1"}, {"b", 1, ""}, {"c", 1, ""}, {"d", 1, ""}});
  // Of the next page only the new ones are stored: their index is another than on the page.
  store({{"a", 1, "NO-1"}, {"e", 1, ""}, {"b", 2, ""}, {"f", 1, ""}});
  const std::string from_memory = waiting_text();
  EXPECT_THAT(from_memory, ::testing::HasSubstr("\"id\":\"f\""));
  EXPECT_EQ(waiting_text(), from_memory);  // it was handed over: this is read from disk
  open();
  EXPECT_EQ(waiting_text(), from_memory);
}

// Where the members of a record stand is known of a page in memory; a page from disk can be parsed
// where it lies.
TEST_F(HandOver, TellsWhatIsKnownOfARecord) {
  options.tuning.hot_bytes = 1U << 20U;
  open();
  IncomingPage incoming = page_of({{"a", 1, ""}, {"bb", 1, ""}});
  Page page = *incoming.page;
  auto selection = std::make_shared<RecordSelection>("extend");
  selection->add("id");
  page.selection = selection;
  for (PageRecord& record : page.records) {
    const std::string id = '"' + record.id + '"';
    record.first_member = page.members.size();
    record.member_count = 1;
    page.members.push_back({0, false, static_cast<std::uint32_t>(page.raw(record).find(id)),
                            static_cast<std::uint32_t>(id.size())});
  }
  incoming.page = std::make_shared<const Page>(std::move(page));
  ASSERT_TRUE(journal->store(pipeline, run, Redelivery::never, {incoming}, {}).get());
  const auto from_memory = journal->waiting(pipeline, {}, 1'000).value();
  const auto from_disk = journal->waiting(pipeline, {}, 1'000).value();
  ASSERT_EQ(from_memory.size(), 2U);
  ASSERT_EQ(from_disk.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(from_memory[i].members.selection, selection.get());
    ASSERT_EQ(from_memory[i].members.places.size(), 1U);
    const MemberPlace& place = from_memory[i].members.places.front();
    EXPECT_EQ(from_memory[i].raw.substr(place.offset, place.length),
              '"' + std::string(from_memory[i].id) + '"');
    EXPECT_EQ(from_disk[i].members.selection, nullptr);
    EXPECT_GE(from_disk[i].readable, 64U);
  }
}

TEST_F(HandOver, AChunkHoldsItsBytesAtMostButOneRecordAlways) {
  store({{"a", 1, ""}, {"b", 1, ""}, {"c", 1, ""}});
  const std::size_t record_bytes = raw_of({"a", 1, ""}).size();
  for (const bool from_disk : {false, true}) {
    EXPECT_EQ(journal->waiting(pipeline, {}, 2 * record_bytes).value().size(), 2U) << from_disk;
    EXPECT_EQ(journal->waiting(pipeline, {}, 2 * record_bytes - 1).value().size(), 1U) << from_disk;
    EXPECT_EQ(journal->waiting(pipeline, {}, 1).value().size(), 1U) << from_disk;
    open();
  }
}

TEST_F(HandOver, ViewsStandAsLongAsTheirChunk) {
  store({{"a", 1, ""}});
  const WaitingChunk chunk = journal->waiting(pipeline, {}, 1'000).value();
  journal.reset();
  ASSERT_EQ(chunk.size(), 1U);
  EXPECT_EQ(chunk[0].raw, raw_of({"a", 1, ""}));
  EXPECT_EQ(chunk[0].id, "a");
}

}  // namespace
}  // namespace weir
