// SPDX-License-Identifier: Apache-2.0
#include "source/newest_first_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

struct NewestFirstReader::Reading {
  const Window& today;
  std::int64_t size = 100;  // of a page
  TodayKnown known;
  Timestamp started{};  // by the source's clock, when the first page was given
  ChangeOrder order{};
  WindowProof proof{false};
  std::int64_t total = 0;
  bool fell = false;  // the total, from one page to the next

  // No row can have slipped past.
  bool quiet() const { return !fell && !proof.repeats(); }

  bool newest_first() const { return !order.broken() && (known.newest_first || order.proven()); }
  // The reading ends here and has seen everything, or all that is not known yet.
  NewestFirstOutcome complete(bool one_snapshot) const {
    const bool sure = one_snapshot || (newest_first() && quiet());
    return {NewestFirstOutcome::Kind::read,
            {sure ? std::optional(started) : known.read_until, newest_first()}};
  }
  // A broken order may have hidden rows from earlier readings, too.
  NewestFirstOutcome in_full() const {
    return {NewestFirstOutcome::Kind::in_full,
            order.broken() ? TodayKnown{} : TodayKnown{known.read_until, newest_first()}};
  }
};

// Older than the last reading and as the journal has it: all that follows is known.
Result<bool> NewestFirstReader::nothing_new(const Page& page,
                                            const std::optional<Timestamp>& read_until) {
  if (!read_until || page.records.empty() ||
      !std::all_of(page.records.begin(), page.records.end(), [&](const PageRecord& record) {
        return record.changed_at && *record.changed_at < *read_until - safety_lag;
      })) {
    return false;
  }
  return all_known_(page);
}

Result<std::optional<NewestFirstOutcome>> NewestFirstReader::take(Reading& reading,
                                                                  std::int64_t number,
                                                                  SourcePage page) {
  if (!page.total) {
    return std::optional(reading.in_full());
  }
  const std::int64_t total = *page.total;
  const auto records = std::ssize(page.page.records);
  const std::int64_t before = (number - 1) * reading.size;
  const bool short_page = records < std::min(reading.size, total - before);
  reading.fell = reading.fell || (number > 1 && total < reading.total);
  reading.total = total;
  reading.order.see(page.page);
  reading.proof.see(page.page, page.total);
  WEIR_TRY(const bool nothing_new, nothing_new(page.page, reading.known.read_until));
  tools_.counts.expected += records;
  WEIR_CHECK(tools_.store.write(
      std::move(page.page), fmt::format("{} newest first page {}", describe(reading.today), number),
      std::nullopt));
  if (number == 1 && records >= total) {
    return std::optional(reading.complete(true));
  }
  if (reading.order.broken() || short_page) {
    return std::optional(reading.in_full());
  }
  if (nothing_new && reading.newest_first()) {
    return std::optional(reading.complete(false));
  }
  if (before + reading.size >= total) {
    const bool whole = (reading.newest_first() && reading.quiet()) || reading.proof.settled();
    return std::optional(whole ? reading.complete(false) : reading.in_full());
  }
  return std::optional<NewestFirstOutcome>();
}

Result<NewestFirstOutcome> NewestFirstReader::read(const Window& today, const SourceDays& days,
                                                   const TodayKnown& known) {
  const SourceTraits traits = tools_.source.traits();
  Reading reading{today, traits.page_size, known};
  PageRequest request;
  request.window = today;
  request.newest_first = true;
  for (request.number = 1;; ++request.number) {
    const Timestamp asked_at = tools_.clock.now();
    WEIR_TRY(SourcePage page, tools_.fetcher.one(request));
    tools_.clock.observe(page);
    if (request.number == 1) {
      if (tools_.clock.contradicts(today, days, traits.zone)) {
        return NewestFirstOutcome{NewestFirstOutcome::Kind::clock_moved, known};
      }
      // Not when the page is here: to make its records whole may have taken long.
      reading.started = page.server_time.value_or(asked_at);
      if (reading.known.read_until > reading.started) {
        reading.known.read_until.reset();  // its clock was set back
      }
      if (page.total && traits.result_cap && *page.total >= *traits.result_cap) {
        return reading.in_full();
      }
    }
    WEIR_TRY(auto outcome, take(reading, request.number, std::move(page)));
    if (outcome) {
      return std::move(*outcome);
    }
  }
}

}  // namespace weir
