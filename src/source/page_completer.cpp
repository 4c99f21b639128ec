// SPDX-License-Identifier: Apache-2.0
#include "source/page_completer.h"

#include "core/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace weir {
namespace {

void mark_partial(PageRecord& record, const Error& reason) {
  record.fault = fmt::format(
      "the source lists this record only in part, and refuses the rest: {}; it is asked for again "
      "when the record is listed again",
      reason.message);
  record.content = hash64(fmt::format("in part {}", record.content));
}

std::ptrdiff_t unusable_records(const Page& page) {
  return std::count_if(page.records.begin(), page.records.end(),
                       [](const PageRecord& record) { return !record.fault.empty(); });
}

}  // namespace

Result<SourcePage> PageCompleter::read(const PageRequest& request, const std::stop_token& stop,
                                       const std::stop_token& cut) {
  WEIR_TRY(SourcePage page, reader_.read(request, stop, cut));
  WEIR_TRY(const bool spoilt, came_spoilt(page.page));
  if (spoilt) {
    WEIR_TRY(SourcePage again, reader_.read_again(request, stop, cut));
    if (unusable_records(again.page) < unusable_records(page.page)) {
      page = std::move(again);
    }
  }
  return page.incomplete.empty() ? Result<SourcePage>(std::move(page))
                                 : complete(std::move(page), stop, cut);
}

// With records that cannot be used, and that the journal does not know as such.
Result<bool> PageCompleter::came_spoilt(const Page& page) {
  if (unusable_records(page) == 0) {
    return false;
  }
  WEIR_TRY(const std::vector<Novelty> novelty, journal_.compare(pipeline_, page));
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    if (!page.records[i].fault.empty() && novelty.at(i) != Novelty::unchanged) {
      return true;
    }
  }
  return false;
}

Result<SourcePage> PageCompleter::complete(SourcePage page, const std::stop_token& stop,
                                           const std::stop_token& cut) {
  WEIR_TRY(const std::vector<Novelty> novelty, journal_.compare(pipeline_, page.page));
  const std::vector<std::size_t> incomplete = std::exchange(page.incomplete, {});
  for (const std::size_t index : incomplete) {
    if (novelty.at(index) == Novelty::unchanged || !page.page.records.at(index).fault.empty()) {
      continue;
    }
    // One by one: what is asked for again after an error is that record alone.
    auto whole = reader_.complete(page, index, stop, cut);
    if (whole) {
      page = std::move(*whole);
      page.incomplete.clear();
    } else if (whole.error().kind == ErrorKind::rejected) {
      mark_partial(page.page.records.at(index), whole.error());
    } else {
      return whole;
    }
  }
  return page;
}

}  // namespace weir
