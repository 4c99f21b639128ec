// SPDX-License-Identifier: Apache-2.0
#include "source/page_completer.h"

#include "core/hash.h"

#include <fmt/format.h>

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

}  // namespace

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
