// SPDX-License-Identifier: Apache-2.0
#include "app/quality_watch.h"

#include <fmt/format.h>

#include <utility>

namespace weir {

// False: there are not enough records yet.
bool QualityWatch::judge(Tally& tally, const Books& books, double warned_percent_max) {
  tally.delivered += books.delivered;
  tally.warned += books.warned;
  if (tally.delivered < delivered_min) {
    return false;
  }
  const double percent =
      static_cast<double>(tally.warned) * 100 / static_cast<double>(tally.delivered);
  std::string too_many;
  if (percent > warned_percent_max) {
    too_many = fmt::format("{} of {} records were delivered with a warning, {:.1f} %, and {} % may",
                           tally.warned, tally.delivered, percent, warned_percent_max);
  }
  tally = {0, 0, std::move(too_many)};
  return true;
}

void QualityWatch::run_ended(const RunResult& result, const FailedRecords& records,
                             double warned_percent_max) {
  const std::scoped_lock lock(mutex_);
  Tally& tally = tallies_[result.pipeline];
  const bool judged = judge(tally, result.books, warned_percent_max);
  std::string text;
  if (records.rejected > 0 && result.books.failed > 0) {
    text = fmt::format(
        "{} records break quality rules and are not delivered; `weir records {} "
        "--state failed` shows each with the rule",
        records.rejected, result.pipeline);
  }
  if (judged && !tally.too_many.empty()) {
    text += (text.empty() ? "" : "; ") + tally.too_many +
            fmt::format("; `weir records {} --state delivered` shows each with its reason",
                        result.pipeline);
  }
  if (!text.empty()) {
    alerts_.raise({AlertKind::quality_broken, result.pipeline, std::move(text)});
  } else if (records.rejected == 0 && tally.too_many.empty()) {
    alerts_.well_again(AlertKind::quality_broken, result.pipeline,
                       "no failed record breaks a quality rule, and no more have a warning than "
                       "may");
  }
}

}  // namespace weir
