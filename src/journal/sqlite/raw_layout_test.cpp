// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_fixture.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

// However the records of a page lie in its bytes, each comes back as it is.

struct Lying {
  const char* what;
  std::string bytes;
  std::vector<std::pair<std::size_t, std::size_t>> records;  // offset and length
};

class RawLayout : public JournalTest {
 protected:
  // Whose ids are a, b, c, … and whose content is their place.
  static IncomingPage page_of(const Lying& lying) {
    auto page = std::make_shared<Page>();
    page->bytes = lying.bytes;
    for (const auto& [offset, length] : lying.records) {
      PageRecord& record = page->records.emplace_back();
      record.id = std::string(1, static_cast<char>('a' + page->records.size() - 1));
      record.content = page->records.size();
      record.offset = offset;
      record.length = length;
    }
    return {std::move(page), test_time, "page"};
  }

  void expect_stored(const Lying& lying) {
    const IncomingPage page = page_of(lying);
    ASSERT_TRUE(journal->store(pipeline, run, Redelivery::never, {page}, {}).get().has_value());
    for (const PageRecord& record : page.page->records) {
      const auto trace = journal->trace(pipeline, record.id).value();
      ASSERT_FALSE(trace.empty()) << lying.what;
      EXPECT_EQ(trace.back().raw, page.page->raw(record)) << lying.what << ", " << record.id;
    }
  }
};

TEST_F(RawLayout, EachRecordComesBackHoweverThePageHasThem) {
  const Lying layouts[] = {
      {"side by side", "{1}{22}{3}", {{0, 3}, {3, 4}, {7, 3}}},
      {"commas", "[{1},{22},{3}]", {{1, 3}, {5, 4}, {10, 3}}},
      {"lines of their own", "[{1},\n  {22},\n  {3}]", {{1, 3}, {8, 4}, {16, 3}}},
      {"one and three bytes between", "[{1},{22} , {3}]", {{1, 3}, {5, 4}, {12, 3}}},
      {"far apart", "{1}" + std::string(17, ' ') + "{22}", {{0, 3}, {20, 4}}},
      {"the last one first", "[{1},{22},{3}]", {{10, 3}, {5, 4}, {1, 3}}},
      {"one within the other", "[{1},{22},{3}]", {{1, 8}, {5, 4}, {10, 3}}},
      {"the same twice", "[{1},{22}]", {{1, 3}, {1, 3}, {5, 4}}},
      {"an empty one", "[{1},,{3}]", {{1, 3}, {5, 0}, {6, 3}}},
      {"alone", " {1} ", {{1, 3}}},
  };
  for (const Lying& lying : layouts) {
    SCOPED_TRACE(lying.what);
    pipeline = journal->pipeline(lying.what).value();
    run = journal->begin_run(pipeline, {test_time, ""}).value();
    expect_stored(lying);
  }
}

TEST_F(RawLayout, AKnownRecordBetweenTwoNewOnesIsNotInTheirWay) {
  const Lying whole{"with a known one", "[{1},2,{3}]", {{1, 3}, {5, 1}, {7, 3}}};
  IncomingPage known = page_of(whole);
  Page only = *known.page;
  only.records.erase(only.records.begin() + 2);
  only.records.erase(only.records.begin());
  known.page = std::make_shared<const Page>(only);
  ASSERT_TRUE(journal->store(pipeline, run, Redelivery::never, {known}, {}).get().has_value());
  expect_stored(whole);
  EXPECT_EQ(records().size(), 3U);
}

}  // namespace
}  // namespace weir
