// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/id_index.h"

#include "journal/sqlite/schema.h"
#include "journal/sqlite/test_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

constexpr PipelineId indexed{1};
const JournalTuning tiny_limits{.index_keys = 64, .index_fan_out = 3, .merge_keys = 20};

class IdIndexTest : public ::testing::Test {
 protected:
  IdIndexTest() {
    database = Database::open(folder.path() / "index.db", DatabaseAccess::create).value();
    EXPECT_TRUE(create_journal(*database, Timestamp{}).has_value());
    index = std::make_unique<IdIndex>(*database, head, tiny_limits);
  }

  void commit() {
    ASSERT_TRUE(index->before_commit().has_value());
    flushed_any = flushed_any || !head.sorted.empty();
  }

  TestFolder folder;
  std::unique_ptr<Database> database;
  Head head;
  std::unique_ptr<IdIndex> index;
  bool flushed_any = false;
};

TEST_F(IdIndexTest, FindsTheNewestPlaceThroughFlushesAndMerges) {
  std::mt19937_64 random(7);
  std::map<std::string, PackedPlace> newest;
  for (std::int64_t page = 1; page <= 400; ++page) {
    head.last_page = page;
    for (std::uint32_t i = 0; i < 5; ++i) {
      const std::string id = fmt::format("id-{}", random() % 900);
      const PackedPlace place = pack({static_cast<PageId>(page), i});
      index->insert({id_key(indexed, id), place});
      newest[id] = place;
    }
    commit();
  }
  EXPECT_GT(head.last_sorted, 20);  // it did flush and merge
  EXPECT_LT(head.sorted.size(), 15U);
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::string id = fmt::format("id-{}", i);
    const auto found = index->find(id_key(indexed, id));
    ASSERT_TRUE(found.has_value());
    const auto expected = newest.find(id);
    EXPECT_EQ(*found, expected == newest.end() ? std::nullopt : std::optional(expected->second));
  }
}

TEST_F(IdIndexTest, KeepsEveryPlaceOfANumber) {
  std::vector<PackedPlace> places;
  for (std::int64_t page = 1; page <= 900; ++page) {
    head.last_page = page;
    const PackedPlace place = pack({static_cast<PageId>(page), 0});
    index->insert(
        number_entry(indexed, page % 2 == 0 ? "NO-1" : fmt::format("odd-{}", page), place));
    if (page % 2 == 0) {
      places.push_back(place);
    }
    commit();
  }
  EXPECT_THAT(index->find_numbers(number_key(indexed, "NO-1")).value(),
              UnorderedElementsAreArray(places));
}

TEST_F(IdIndexTest, StartsAnewFromItsRunsAndForgetsAMergeThatWasCutOff) {
  for (std::int64_t page = 1; page <= 300; ++page) {
    head.last_page = page;
    index->insert({id_key(indexed, fmt::format("id-{}", page)), pack({PageId{page}, 0})});
    commit();
    if (page % 37 == 0) {  // as after a crash: memory gone, the head as it was committed
      index = std::make_unique<IdIndex>(*database, head, tiny_limits);
      ASSERT_TRUE(index->load().has_value());
      for (std::int64_t again = head.flushed_page + 1; again <= page; ++again) {
        index->replay({id_key(indexed, fmt::format("id-{}", again)), pack({PageId{again}, 0})});
      }
    }
  }
  for (std::int64_t page = 1; page <= 300; ++page) {
    EXPECT_EQ(index->find(id_key(indexed, fmt::format("id-{}", page))).value(),
              std::optional(pack({PageId{page}, 0})));
  }
}

// A run whose filter has several parts.
class LargeRun : public IdIndexTest {
 protected:
  static constexpr std::uint64_t ids = 150'000;

  LargeRun() {
    SortedRunBuilder builder(store, 1, 0, ids);
    for (std::uint64_t i = 0; i < ids; ++i) {
      EXPECT_TRUE(builder.add({key(i), i + 1}).has_value());
    }
    EXPECT_GT(FilterTable::parts(builder.finish(1).value().bloom), 3U);
  }

  static IndexKey key(std::uint64_t i) { return {i * (~0ULL / 2 / ids), hash64("", i)}; }
  void expect_damaged(std::string_view part) {
    const auto read = store.read_run(1, true);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(read.error().message, HasSubstr(part));
  }

  SortedRunStore store{*database};
};

TEST_F(LargeRun, ItsFilterHoldsAllThoughItIsWrittenPartByPart) {
  const SortedRun run = store.read_run(1, true).value();
  for (std::uint64_t i = 0; i < ids; ++i) {
    ASSERT_TRUE(run.bloom.may_hold(key(i))) << i;
  }
  EXPECT_EQ(store.find(run, key(77'777)).value(), std::optional<PackedPlace>(77'778));
}

TEST_F(LargeRun, APartOfItsFilterThatIsMissingOrDamagedIsNamed) {
  ASSERT_TRUE(database->execute("DELETE FROM sorted_filter WHERE id = 1 << 28 | 3").has_value());
  expect_damaged("part 3 of the filter of index run 1");
  ASSERT_TRUE(database
                  ->execute("UPDATE sorted_filter SET data = (SELECT data FROM sorted_filter "
                            "WHERE id = 1 << 28 | 2) WHERE id = 1 << 28 | 1")
                  .has_value());
  expect_damaged("part 1 of the filter of index run 1");
}

TEST_F(LargeRun, IsRemovedWhole) {
  for (int steps = 0; !store.remove(1, 64).value(); ++steps) {
    ASSERT_LT(steps, 100);
  }
  for (const char* rows : {"SELECT count(*) FROM sorted_filter", "SELECT count(*) FROM sorted_run",
                           "SELECT count(*) FROM sorted_chunk"}) {
    EXPECT_EQ(database->integer(rows).value(), 0) << rows;
  }
}

TEST(MemoryTable, KeepsTheNewerPlaceAndGrows) {
  MemoryTable table;
  for (std::uint32_t i = 1; i <= 5000; ++i) {
    table.insert({{i % 1000, i % 1000}, i});
  }
  EXPECT_EQ(table.size(), 1000U);
  EXPECT_EQ(table.find({7, 7}), std::optional<PackedPlace>(4007));
  table.insert({{7, 7}, 3});
  EXPECT_EQ(table.find({7, 7}), std::optional<PackedPlace>(4007));
  EXPECT_EQ(table.find({7, 8}), std::nullopt);
  const auto sorted = table.sort();
  EXPECT_EQ(sorted.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end(),
                             [](const auto& a, const auto& b) { return a.key < b.key; }));
  table.clear();
  EXPECT_EQ(table.find({7, 7}), std::nullopt);
}

TEST(BloomFilter, HoldsAllItWasGivenAndLittleElse) {
  constexpr std::size_t keys = 20'000;
  BloomFilter filter(keys);
  for (std::size_t i = 0; i < keys; ++i) {
    filter.add(id_key(indexed, fmt::format("in-{}", i)));
  }
  BloomFilter read;
  read.resize(filter.bytes().size());
  EXPECT_TRUE(read.fill(0, filter.bytes()));
  std::size_t false_maybes = 0;
  for (std::size_t i = 0; i < keys; ++i) {
    EXPECT_TRUE(read.may_hold(id_key(indexed, fmt::format("in-{}", i))));
    false_maybes += read.may_hold(id_key(indexed, fmt::format("out-{}", i))) ? 1 : 0;
  }
  EXPECT_LT(false_maybes, keys / 75);
  EXPECT_FALSE(BloomFilter().may_hold(id_key(indexed, "x")));
}

}  // namespace
}  // namespace weir
