// SPDX-License-Identifier: Apache-2.0
#include "source/page_writer.h"

#include "source/source_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

// Writes `pages` pages to a journal that answers only who waits for it, and gives how many were on
// their way into it at most.
std::size_t most_under_way(std::size_t page_bytes, int pages) {
  source_test::MemoryJournal journal;
  journal.answers_when_waited_for = true;
  ManualClock clock{Timestamp()};
  const StoredPage stored;
  SourceCounts counts;
  PageWriter writer({journal, clock, PipelineId{1}, RunId{1}, Redelivery::never}, stored, counts);
  for (int i = 0; i < pages; ++i) {
    Page page;
    page.bytes = std::string(page_bytes, 'x');
    EXPECT_TRUE(writer.write(std::move(page), {}, {}).has_value());
  }
  EXPECT_TRUE(writer.finish_all().has_value());
  EXPECT_EQ(counts.pages, pages);
  return journal.most_unanswered;
}

TEST(PageWriter, HasEightPagesOnTheirWayAtMost) { EXPECT_EQ(most_under_way(1, 50), 8U); }

TEST(PageWriter, HasEightMegabytesOnTheirWayAtMost) {
  constexpr std::size_t megabyte = std::size_t{1} << 20;
  EXPECT_EQ(most_under_way(4 * megabyte, 10), 2U);
  EXPECT_EQ(most_under_way(9 * megabyte, 3), 1U) << "one larger than the bound goes alone";
}

// A delivery that knows of no page would be waited for in vain.
TEST(PageWriter, TellsOfAllThatIsStoredBeforeItWaitsForTheDelivery) {
  source_test::MemoryJournal journal;
  journal.answers_when_waited_for = true;
  int told = 0;
  std::vector<int> told_when_waiting;
  journal.on_catching_up = [&] { told_when_waiting.push_back(told); };
  ManualClock clock{Timestamp()};
  const StoredPage stored = [&](const auto&, const Intake&) { ++told; };
  SourceCounts counts;
  PageWriter writer({journal, clock, PipelineId{1}, RunId{1}, Redelivery::never}, stored, counts);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(writer.write({}, {}, {}).has_value());
  }
  EXPECT_EQ(told_when_waiting, (std::vector<int>{0, 1, 2}));
}

}  // namespace
}  // namespace weir
