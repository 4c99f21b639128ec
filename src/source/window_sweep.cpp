// SPDX-License-Identifier: Apache-2.0
#include "source/window_sweep.h"

#include "source/page_fetcher.h"
#include "source/patient_reader.h"
#include "source/window_planner.h"
#include "source/window_reader.h"

#include <deque>
#include <utility>

namespace weir {
namespace {

// Hands pages on at once.
class PassedPages final : public PageStore {
 public:
  explicit PassedPages(const SweptPage& swept) : swept_(swept) {}

  void of(const Window& window) { window_ = window; }
  Result<void> write(Page page, std::string, std::optional<Cursor>) override {
    swept_(window_, page);
    return {};
  }
  bool idle() const override { return true; }
  Result<void> finish_one() override { return {}; }
  Result<void> finish_all() override { return {}; }

 private:
  const SweptPage& swept_;
  Window window_;
};

// The windows of one sweep, and what could not be read of them.
struct Sweeping {
  Source& source;
  const SourcePlan& plan;
  SourceDays days{};
  std::deque<Window> windows;
  std::vector<Error> left_open;

  void make_plan(const SourceClock& clock) {
    const SourceTraits traits = source.traits();
    days = source_days(clock.now(), traits.zone);
    const WindowPlan planned = plan_windows(plan, traits, std::nullopt, days);
    windows.assign(planned.windows.begin(), planned.windows.end());
  }

  void follow(const Window& window, const WindowOutcome& outcome) {
    if (outcome.kind == WindowOutcome::Kind::read) {
      return;
    }
    const std::vector<Window> pieces =
        narrower_windows(window, outcome.parts, source.traits(), days);
    windows.insert(windows.begin(), pieces.begin(), pieces.end());
    if (pieces.empty()) {
      left_open.push_back(why_not_whole(window, outcome));
    }
  }
};

}  // namespace

Result<std::vector<Error>> WindowSweep::read(SourcePlan plan, const SweptPage& swept,
                                             std::stop_token stop) {
  constexpr int plans_max = 4;
  plan.full = true;
  PatientReader patient(source_, clock_, budget_, counts_, patience_);
  PageFetcher fetcher(patient, calls_side_by_side(source_.traits()), stop);
  SourceClock source_clock(clock_);
  PassedPages pages(swept);
  WindowReader reader({source_, fetcher, pages, source_clock, counts_});
  Sweeping sweep{source_, plan, {}, {}, {}};
  sweep.make_plan(source_clock);
  for (int plans = 1; !sweep.windows.empty();) {
    if (stop.stop_requested()) {
      return fail(ErrorKind::cancelled, "stopped before all windows were read");
    }
    const Window window = sweep.windows.front();
    sweep.windows.pop_front();
    pages.of(window);
    WEIR_TRY(const WindowOutcome outcome,
             reader.read(window, sweep.days, []() -> std::optional<Cursor> { return {}; }));
    if (outcome.kind != WindowOutcome::Kind::clock_moved) {
      sweep.follow(window, outcome);
    } else if (++plans > plans_max) {
      return fail(ErrorKind::unavailable,
                  "the source's clock jumps to and fro: no day can be told from today");
    } else {
      sweep.make_plan(source_clock);
    }
  }
  return std::move(sweep.left_open);
}

}  // namespace weir
