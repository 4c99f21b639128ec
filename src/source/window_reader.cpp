// SPDX-License-Identifier: Apache-2.0
#include "source/window_reader.h"

#include "core/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace weir {
namespace {

// A window that does not stand still is read so often before it is read in halves. One day has no
// halves: it is read as long as readings bring records that none before has seen.
constexpr int readings_max = 3;
constexpr int readings_of_a_day = 24;
constexpr int vain_readings_of_a_day = 6;  // in a row
constexpr int extensions_max = 10;
constexpr std::int64_t empty_pages_max = 20;

std::int64_t pages_for(std::int64_t total, std::int64_t size) {
  return std::max<std::int64_t>(1, (total + size - 1) / size);
}

// Equal for pages that hold the same records in the same order.
std::uint64_t signature(const Page& page) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(2 * page.records.size());
  for (const auto& record : page.records) {
    hashes.push_back(hash64(record.id));
    hashes.push_back(record.content);
  }
  return hash64({reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof hashes[0]});
}

// A quarter more windows than would do if records were spread evenly.
WindowOutcome too_wide(std::int64_t total, std::int64_t cap) {
  return {WindowOutcome::Kind::too_wide, total / std::max<std::int64_t>(1, cap - cap / 5) + 1,
          total, cap};
}

Error too_wide_error(const Window& window, const WindowOutcome& outcome) {
  return {
      ErrorKind::exhausted,
      fmt::format("{}: the source names {} records, but one query pages through {} only, and {} "
                  "cannot be split; narrow the request by a filter (several pipelines with one "
                  "filter each), or raise `result_cap` if the source allows more",
                  describe(window), outcome.total, outcome.cap,
                  window.kind == WindowKind::full ? "what is not asked for by time" : "a day"),
      "", std::nullopt};
}

Error unsettled_error(const Window& window, const WindowOutcome& outcome) {
  const std::string repeated =
      outcome.repeated_id.empty()
          ? ""
          : fmt::format(
                " (`{}` came on two pages: is the pipeline's `id` a field that several "
                "records share?)",
                outcome.repeated_id);
  return {
      ErrorKind::unavailable,
      fmt::format("{}: the source never stood still: its {} records were not all seen in any of "
                  "several readings{}; the window stays open and the next run reads it again",
                  describe(window), outcome.total, repeated),
      "", std::nullopt};
}

}  // namespace

Error why_not_whole(const Window& window, const WindowOutcome& outcome) {
  return outcome.kind == WindowOutcome::Kind::too_wide ? too_wide_error(window, outcome)
                                                       : unsettled_error(window, outcome);
}

struct WindowReader::Reading {
  const Window& window;
  const SourceDays& days;
  const CursorAfter& cursor_after;
  bool past = false;
  std::int64_t size = 100;  // of a page
  WindowProof proof{false};
  std::int64_t latest_total = 0;
  std::uint64_t last_signature = 0;
  std::int64_t last_records = 0;
  // A page that holds nothing though the total says otherwise: something went wrong, or it lies
  // beyond what the source pages through. 0: none in this reading.
  std::int64_t hollow = 0;

  // Going on with this reading proves nothing.
  bool vain() const { return hollow != 0 || (past && proof.moved()); }
};

// A page that equals the one before: asked for once more, since rows may have been added in front.
Result<SourcePage> WindowReader::another(Reading& reading, std::int64_t number, SourcePage page) {
  const auto repeats = [&](const SourcePage& each) {
    return number > 1 && each.page.records.size() > 1 &&
           std::ssize(each.page.records) == reading.last_records &&
           signature(each.page) == reading.last_signature;
  };
  if (!repeats(page)) {
    return page;
  }
  PageRequest request;
  request.window = reading.window;
  request.number = number;
  WEIR_TRY(SourcePage again, tools_.fetcher.one(request));
  if (repeats(again)) {
    return fail(ErrorKind::corrupt,
                fmt::format("page {} of {} holds the same records as the page before: the source "
                            "makes no progress; does it know its paging parameters?",
                            number, describe(reading.window)));
  }
  return again;
}

Result<void> WindowReader::take(Reading& reading, std::int64_t number, SourcePage page,
                                bool is_last) {
  tools_.clock.observe(page);
  reading.proof.see(page.page, page.total);
  reading.latest_total = page.total.value_or(reading.latest_total);
  if (page.page.records.empty() && page.total && *page.total > (number - 1) * reading.size) {
    reading.hollow = number;
  }
  reading.last_signature = signature(page.page);
  reading.last_records = std::ssize(page.page.records);
  std::optional<Cursor> cursor;
  if (is_last && reading.past && reading.proof.settled()) {
    cursor = reading.cursor_after();
  }
  return tools_.store.write(std::move(page.page),
                            fmt::format("{} page {}", describe(reading.window), number),
                            std::move(cursor));
}

// Pages first..last side by side, none of them the last of the window.
Result<void> WindowReader::read_range(Reading& reading, std::int64_t first, std::int64_t last) {
  tools_.fetcher.begin(reading.window, first, last);
  for (std::int64_t number = first; number <= last; ++number) {
    while (!tools_.fetcher.ready() && !tools_.store.idle()) {
      WEIR_CHECK(tools_.store.finish_one());
    }
    WEIR_TRY(SourcePage page, tools_.fetcher.next());
    if (number > 1 && signature(page.page) == reading.last_signature &&
        page.page.records.size() > 1) {
      WEIR_TRY(page, another(reading, number, std::move(page)));
      tools_.fetcher.begin(reading.window, number + 1, last);
    }
    WEIR_CHECK(take(reading, number, std::move(page), false));
    if (reading.vain()) {
      return {};
    }
  }
  return {};
}

// The total is known. The last page is asked for when all others have been answered.
Result<void> WindowReader::read_rest(Reading& reading, SourcePage first) {
  std::int64_t pages = pages_for(*first.total, reading.size);
  WEIR_CHECK(take(reading, 1, std::move(first), pages == 1));
  std::int64_t next = 2;
  for (int extension = 0; extension < extensions_max && next <= pages; ++extension) {
    WEIR_CHECK(read_range(reading, next, pages - 1));
    if (reading.vain()) {
      return {};
    }
    WEIR_CHECK(tools_.store.finish_all());
    PageRequest request;
    request.window = reading.window;
    request.number = pages;
    WEIR_TRY(SourcePage last, tools_.fetcher.one(request));
    WEIR_TRY(last, another(reading, pages, std::move(last)));
    WEIR_CHECK(take(reading, pages, std::move(last), true));
    next = pages + 1;
    if (!reading.past) {
      pages = pages_for(reading.latest_total, reading.size);
    }
  }
  return {};
}

// The source names no total: pages follow until one is the last. What ends at the cap, or behind
// it, may have been cut there.
Result<WindowOutcome> WindowReader::read_one_by_one(Reading& reading, SourcePage page) {
  std::int64_t seen = 0;
  std::int64_t empty = 0;  // pages in a row
  for (std::int64_t number = 1;; ++number) {
    const std::int64_t records = std::ssize(page.page.records);
    seen += records;
    empty = records == 0 ? empty + 1 : 0;
    const bool last = page.next   ? page.next->empty()
                      : page.more ? !*page.more
                                  : records < reading.size;
    const std::optional<std::int64_t> cap = tools_.source.traits().result_cap;
    const bool at_cap = cap && seen >= *cap;
    const bool cut = at_cap && (last || empty > 0);
    PageRequest request;
    request.window = reading.window;
    request.number = number + 1;
    request.token = page.next.value_or("");
    WEIR_CHECK(take(reading, number, std::move(page), last && !cut));
    if (cut) {
      return too_wide(seen, *cap);
    }
    if (last) {
      const bool whole = reading.proof.settled();  // a total that one answer only had left out
      return WindowOutcome{whole ? WindowOutcome::Kind::read : WindowOutcome::Kind::unsettled, 2,
                           reading.latest_total, 0, reading.proof.repeated_id()};
    }
    if (empty == empty_pages_max) {
      return fail(ErrorKind::corrupt,
                  fmt::format("{} pages of {} in a row hold nothing, and the source says that more "
                              "follow: it makes no progress",
                              empty, describe(reading.window)));
    }
    const std::string token = request.token;
    auto following = tools_.fetcher.one(request);
    if (!following && at_cap && following.error().kind == ErrorKind::rejected) {
      return too_wide(seen, *cap);
    }
    WEIR_TRY(page, std::move(following));
    if (token.empty()) {
      WEIR_TRY(page, another(reading, number + 1, std::move(page)));
    } else if (page.next && *page.next == token) {
      return fail(ErrorKind::corrupt,
                  fmt::format("page {} of {} names itself as the next page: the source makes no "
                              "progress",
                              number + 1, describe(reading.window)));
    }
  }
}

// A cap that may be higher is tried with the first page beyond it.
Result<std::optional<std::int64_t>> WindowReader::too_many(const Reading& reading,
                                                           std::int64_t total) {
  SourceTraits traits = tools_.source.traits();
  if (!traits.result_cap || total < *traits.result_cap) {
    return std::optional<std::int64_t>();
  }
  if (traits.cap_may_rise) {
    PageRequest request;
    request.window = reading.window;
    request.number = *traits.result_cap / reading.size + 1;
    auto beyond = tools_.fetcher.one(request);
    if (!beyond && beyond.error().kind != ErrorKind::rejected) {
      return tl::unexpected(beyond.error());
    }
    traits = tools_.source.traits();
  }
  return total < *traits.result_cap ? std::optional<std::int64_t>() : traits.result_cap;
}

Result<WindowOutcome> WindowReader::read_once(Reading& reading) {
  using Kind = WindowOutcome::Kind;
  PageRequest request;
  request.window = reading.window;
  WEIR_TRY(SourcePage first, tools_.fetcher.one(request));
  tools_.clock.observe(first);
  if (tools_.clock.contradicts(reading.window, reading.days, tools_.source.traits().zone)) {
    return WindowOutcome{Kind::clock_moved, 0, 0, 0};
  }
  reading.proof.begin_reading();
  if (!first.total) {
    return read_one_by_one(reading, std::move(first));
  }
  const std::int64_t total = *first.total;
  WEIR_TRY(const auto cap, too_many(reading, total));
  if (cap) {
    return too_wide(total, *cap);
  }
  const std::int64_t hollow_before = std::exchange(reading.hollow, 0);
  WEIR_CHECK(read_rest(reading, std::move(first)));
  if (reading.hollow > 1 && reading.hollow == hollow_before) {
    return too_wide(total, (reading.hollow - 1) * reading.size);
  }
  return WindowOutcome{reading.proof.settled() ? Kind::read : Kind::unsettled, 2, total, 0,
                       reading.proof.repeated_id()};
}

Result<WindowOutcome> WindowReader::read(const Window& window, const SourceDays& days,
                                         const CursorAfter& cursor_after) {
  const SourceTraits traits = tools_.source.traits();
  const bool past = is_past(window, days);
  Reading reading{window, days, cursor_after, past, traits.page_size, WindowProof(past), 0, 0,
                  0,      0};
  const bool one_day = window.from && window.to && *window.from == *window.to;
  const int readings = past && one_day ? readings_of_a_day : readings_max;
  WindowOutcome outcome;
  int vain = 0;
  for (int count = 1; count <= readings && vain < vain_readings_of_a_day; ++count) {
    const std::int64_t seen_before = reading.proof.seen();
    WEIR_TRY(outcome, read_once(reading));
    const bool brought = !reading.proof.moved() && reading.proof.seen() > seen_before;
    vain = brought ? 0 : vain + 1;
    if (outcome.kind != WindowOutcome::Kind::unsettled) {
      if (count == 1 && outcome.kind == WindowOutcome::Kind::read) {
        tools_.counts.expected += outcome.total;
      }
      return outcome;
    }
  }
  if (!past) {
    // It is read again by the next run in any case.
    outcome.kind = WindowOutcome::Kind::read;
  }
  return outcome;
}

}  // namespace weir
