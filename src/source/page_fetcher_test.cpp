// SPDX-License-Identifier: Apache-2.0
#include "source/page_fetcher.h"

#include "source/call_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

namespace weir {
namespace {

// Pages of one size; knows how far ahead of who takes them they are asked for.
class EvenSource final : public Source {
 public:
  explicit EvenSource(std::size_t page_bytes) : page_bytes_(page_bytes) {}

  SourceTraits traits() const override {
    SourceTraits traits;
    traits.account = "even";
    traits.calls_per_second = 1e6;
    return traits;
  }
  RecordShape shape() const override { return {}; }
  Result<SourcePage> read(const PageRequest& request, std::stop_token) override {
    const std::scoped_lock lock(mutex_);
    asked_ = std::max(asked_, request.number);
    most_ahead_ = std::max(most_ahead_, request.number - taken_);
    changed_.notify_all();
    SourcePage page;
    page.page.bytes = std::string(page_bytes_, 'x');
    return page;
  }
  Result<void> check(std::vector<Fault>&, CallGate*) override { return {}; }

  // Said before a page is taken; waits until the page `number` has been asked for.
  void take_after(std::int64_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= number; });
    ++taken_;
  }
  std::int64_t most_ahead() {
    const std::scoped_lock lock(mutex_);
    return most_ahead_;
  }

 private:
  const std::size_t page_bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t asked_ = 0;
  std::int64_t taken_ = 0;
  std::int64_t most_ahead_ = 0;
};

// Of pages that are taken only when `ahead` more have been asked for.
std::int64_t most_ahead(std::size_t page_bytes, int threads, std::int64_t ahead) {
  constexpr std::int64_t pages = 40;
  EvenSource source(page_bytes);
  ManualClock clock{Timestamp()};
  SourceCounts counts;
  CallBudgets budgets(std::make_unique<MemoryCallLedger>(), clock);
  PatientReader reader(source, clock, budgets.of(source.traits()), counts, std::chrono::minutes(1));
  PageFetcher fetcher(reader, threads, {});
  fetcher.begin({}, 1, pages);
  for (std::int64_t taken = 0; taken < pages; ++taken) {
    source.take_after(std::min(taken + ahead, pages));
    EXPECT_TRUE(fetcher.next().has_value());
  }
  return source.most_ahead();
}

TEST(PageFetcher, KeepsSixPagesAheadAtMost) { EXPECT_EQ(most_ahead(1, 4, 6), 6); }

TEST(PageFetcher, KeepsEightMegabytesAheadAtMost) {
  constexpr std::size_t megabyte = std::size_t{1} << 20;
  EXPECT_EQ(most_ahead(4 * megabyte, 1, 2), 2);
  EXPECT_EQ(most_ahead(9 * megabyte, 1, 1), 1) << "one larger than the bound goes alone";
}

}  // namespace
}  // namespace weir
