// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/raw_sweep.h"

#include "core/failpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace weir {
namespace {

bool is_looked_into(const RawLimits& limits, const std::string& pipeline) {
  const auto& names = limits.looked_into;
  return limits.all_looked_into || std::find(names.begin(), names.end(), pipeline) != names.end();
}

// One after the other the pages that may go, oldest first: of each pipeline the oldest of what
// nothing holds, and of what its newest versions hold where nobody looks them up.
class OldestPages {
 public:
  explicit OldestPages(RawTable& table) : table_(table) {}

  Result<void> add(PipelineId pipeline, RawHold hold) {
    WEIR_TRY(auto oldest, table_.oldest(pipeline, hold));
    if (oldest) {
      fronts_.push_back(*oldest);
    }
    return {};
  }

  const KeptRaw* front() const {
    const auto oldest = std::min_element(
        fronts_.begin(), fronts_.end(), [](const KeptRaw& left, const KeptRaw& right) {
          return std::tie(left.received_at, left.page) < std::tie(right.received_at, right.page);
        });
    return oldest != fronts_.end() ? &*oldest : nullptr;
  }

  // Takes it out of the table and goes on behind it.
  Result<void> remove(const KeptRaw& gone) {
    std::erase_if(fronts_, [&](const KeptRaw& each) { return each.page == gone.page; });
    WEIR_CHECK(table_.remove(gone.page));
    return add(gone.pipeline, gone.hold);
  }

 private:
  RawTable& table_;
  std::vector<KeptRaw> fronts_;
};

Result<OldestPages> pages_that_may_go(JournalStore& store, const RawLimits& limits) {
  OldestPages pages(store.kept_raw);
  for (const auto& [id, row] : store.pipelines.all()) {
    WEIR_CHECK(pages.add(id, RawHold::nothing));
    if (!is_looked_into(limits, row.name)) {
      WEIR_CHECK(pages.add(id, RawHold::newest));
    }
  }
  return pages;
}

bool is_beyond(const KeptRaw& page, const RawLimits& limits, std::int64_t bytes_kept) {
  return (limits.received_before && page.received_at < *limits.received_before) ||
         (limits.bytes_max && bytes_kept > *limits.bytes_max);
}

// The table only lists; what is given up for ever is looked at itself.
Result<void> check_kept(JournalStore& store, const KeptRaw& kept) {
  WEIR_TRY(const PageEntries entries, store.pages.entries(kept.page));
  WEIR_TRY(const PipelineId pipeline, store.statuses.pipeline_of(kept.page));
  WEIR_TRY(const auto* records, store.statuses.page(kept.page));
  WEIR_TRY(const std::int64_t bytes, store.pages.stored_raw_size(kept.page));
  if (entries.header.received_at == kept.received_at && pipeline == kept.pipeline &&
      raw_hold(*records) <= kept.hold && bytes == kept.bytes) {
    return {};
  }
  return store.database.damaged(
      fmt::format("table `page_kept` does not tell of page {} what that page says itself",
                  static_cast<std::int64_t>(kept.page)));
}

}  // namespace

Result<RawDropped> drop_raw(JournalStore& store, const RawLimits& limits) {
  WEIR_CHECK(store.statuses.flush());
  WEIR_TRY(OldestPages pages, pages_that_may_go(store, limits));
  RawDropped dropped;
  for (const KeptRaw* front = pages.front();
       front != nullptr && is_beyond(*front, limits, store.head.raw_bytes); front = pages.front()) {
    dropped.more = dropped.pages >= store.raw_step.pages || dropped.bytes >= store.raw_step.bytes;
    if (dropped.more) {
      break;
    }
    const KeptRaw gone = *front;
    WEIR_CHECK(check_kept(store, gone));
    WEIR_CHECK(store.pages.drop_raw(gone.page));
    WEIR_CHECK(pages.remove(gone));
    WEIR_CHECK(store.make_room());
    failpoint("journal.raw_dropped");
    store.head.raw_bytes -= gone.bytes;
    dropped.bytes += gone.bytes;
    ++dropped.pages;
  }
  dropped.bytes_kept = store.head.raw_bytes;
  return dropped;
}

}  // namespace weir
