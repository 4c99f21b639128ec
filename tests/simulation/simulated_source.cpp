// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulated_source.h"

#include "source/window_planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir::simulation {

enum class SimulatedSource::Mishap : std::uint8_t {
  none,
  corrupt,
  unavailable,
  refused_connection,
  timed_out,
  throttled,
  throttled_for,
  // Answers that look well. Only where the source names totals can they be told from the truth.
  page_twice,
  first_page,
  no_records,
  total_high,
  total_low,
  no_total,
};

namespace {

Error error_of(ErrorKind kind, std::string code = {}) {
  return {kind, fmt::format("the source: {}", to_string(kind)), std::move(code), std::nullopt};
}

}  // namespace

SimulatedSource::SimulatedSource(const World& world, const Ordeal& ordeal,
                                 std::function<void()> stop)
    : world_(world),
      profile_(world.profile()),
      ordeal_(ordeal),
      stop_(std::move(stop)),
      truth_(world),
      cap_known_(profile_.source.cap_known) {}

SourceTraits SimulatedSource::traits() const {
  const SourceProfile& source = profile_.source;
  SourceTraits traits;
  traits.page_size = source.page_size;
  traits.newest_first = source.newest_first != NewestFirst::not_offered;
  traits.zone = source.zone;
  traits.account = "simulated";
  traits.calls_per_second = source.calls_per_second;
  traits.calls_per_minute = source.calls_per_minute;
  const std::scoped_lock lock(mutex_);
  if (source.cap > 0 && !world_.state().lifted) {
    traits.result_cap = cap_known_;
    traits.cap_may_rise = cap_known_ == source.cap_known && source.cap_known != source.cap;
  }
  return traits;
}

// Through the gate, and counted where it leaves.
Result<SimulatedSource::Call> SimulatedSource::leave(CallGate* gate, std::stop_token stop) {
  std::optional<std::uint64_t> ticket;
  if (gate != nullptr) {
    WEIR_TRY(ticket, gate->enter(std::move(stop)));
  }
  const std::scoped_lock lock(mutex_);
  WorldState& state = world_.state();
  const std::int64_t left = state.now_ns;
  Call call;
  call.in_process = state.process.source_calls + 1;
  die_if(world_, ordeal_.kill, Kill::At::source_called, call.in_process);
  ++state.process.source_calls;
  call.number = ++state.source_calls;
  if (!state.leaves.append({&left, 1})) {
    state.overflow = true;
  }
  if (ticket) {
    const auto lie = std::chrono::hours(profile_.sabotage == Sabotage::gate ? 1 : 0);
    gate->leave(*ticket, Monotonic(std::chrono::nanoseconds(left)) - lie);
  }
  return call;
}

SimulatedSource::Mishap SimulatedSource::mishap_of(const Call& call) const {
  Chance chance(profile_.seed, "mishap", call.number);
  if (world_.state().lifted || !chance.one_in(profile_.source.one_fault_in)) {
    return Mishap::none;
  }
  constexpr Mishap errors[] = {Mishap::corrupt,   Mishap::unavailable, Mishap::refused_connection,
                               Mishap::timed_out, Mishap::throttled,   Mishap::throttled_for};
  constexpr Mishap lies[] = {Mishap::page_twice, Mishap::first_page, Mishap::no_records,
                             Mishap::total_high, Mishap::total_low,  Mishap::no_total};
  const bool lying = profile_.source.totals == Totals::named &&
                     profile_.sabotage != Sabotage::totals && chance.one_in(2);
  return lying ? chance.one_of(lies) : chance.one_of(errors);
}

Result<SourcePage> SimulatedSource::read(const PageRequest& request, std::stop_token stop) {
  WEIR_TRY(const Call call, leave(request.gate, std::move(stop)));
  Result<SourcePage> page = SourcePage();
  {
    const std::scoped_lock lock(mutex_);
    page = answer(request, call);
    const std::string outcome = page ? fmt::format("{} records of {}", page->page.records.size(),
                                                   page->total ? std::to_string(*page->total) : "?")
                                     : page.error().message;
    world_.log(fmt::format("  source {}: {} page {}{}: {}", call.in_process,
                           weir::describe(request.window), request.number,
                           request.newest_first ? " newest first" : "", outcome));
    die_if(world_, ordeal_.kill, Kill::At::source_answered, call.in_process);
  }
  if (call.in_process == ordeal_.stop_at_call) {
    world_.log("  stop asked for");
    stop_();
  }
  return page;
}

std::vector<Row> SimulatedSource::found(const Window& window) {
  std::vector<Row> rows;
  for (const Row& row : truth_.rows()) {
    const Day day = profile_.source.zone.day_of(window.kind == WindowKind::created ? row.created
                                                                                   : row.modified);
    const bool inside = window.kind == WindowKind::full || ((!window.from || *window.from <= day) &&
                                                            (!window.to || day <= *window.to));
    if (!row.deleted && inside) {
      rows.push_back(row);
    }
  }
  return rows;
}

void SimulatedSource::sort(std::vector<Row>& rows, const PageRequest& request,
                           const Call& call) const {
  const SourceProfile& source = profile_.source;
  const bool unstable = source.unstable_ties && !world_.state().lifted;
  const auto tie = [&](const Row& row) {
    return hash64(id_of(row.number), unstable ? call.number : 0);
  };
  bool newest_first = false;
  bool by_creation = source.order == Order::by_creation;
  if (request.newest_first && source.newest_first != NewestFirst::ignored) {
    newest_first = true;
    by_creation = source.newest_first == NewestFirst::by_creation;
  }
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    const Timestamp first = by_creation ? a.created : a.modified;
    const Timestamp second = by_creation ? b.created : b.modified;
    if (first != second) {
      return newest_first ? first > second : first < second;
    }
    return tie(a) < tie(b);
  });
}

void SimulatedSource::append(SourcePage& page, const Row& row) const {
  const bool cut = profile_.source.sub_lists_cut && has_sub_list_cut(profile_, row);
  const std::string raw = raw_of(profile_, row, row.version, cut);
  PageRecord record;
  record.content = hash64(raw);
  if (row.faulty) {
    record.id = fmt::format("faulty-{:016x}", record.content);
    record.fault = "the record has no `id`";
  } else {
    record.id = id_of(row.number);
    record.number = fmt::format("n{}", row.number);
  }
  record.offset = page.page.bytes.size();
  record.length = raw.size();
  if (profile_.source.names_changes) {
    record.changed_at = row.modified;
  }
  if (cut) {
    page.incomplete.push_back(page.page.records.size());
  }
  page.page.bytes += raw;
  page.page.records.push_back(std::move(record));
  world_.state().served[row.number] |= std::uint64_t{1} << row.version;
}

void SimulatedSource::name_end(SourcePage& page, std::int64_t number, std::int64_t shown,
                               std::int64_t total) const {
  switch (profile_.sabotage == Sabotage::totals ? Totals::more : profile_.source.totals) {
    case Totals::named:
      page.total = total;
      return;
    case Totals::more:
      page.more = shown < total;
      return;
    case Totals::next:
      page.next = shown < total ? std::to_string(number + 1) : std::string();
      return;
    case Totals::short_page:
      return;
  }
}

std::optional<Timestamp> SimulatedSource::time_named(const Call& call) const {
  if (!profile_.source.names_time) {
    return std::nullopt;
  }
  Chance chance(profile_.seed, "clock", call.number);
  const bool jumps = !world_.state().lifted && chance.one_in(profile_.source.one_clock_jump_in);
  const auto jump = std::chrono::hours(!jumps ? 0 : chance.one_in(2) ? 1 : -1);
  return std::chrono::floor<std::chrono::seconds>(world_.source_now() + jump);
}

void SimulatedSource::let_the_world_move(Chance& chance) {
  const SourceProfile& source = profile_.source;
  world_.advance(std::chrono::milliseconds(chance.pick(source.latency.count() + 1)));
  if (world_.state().lifted) {
    return;
  }
  if (chance.one_in(source.one_slow_call_in)) {
    world_.advance(std::chrono::minutes(chance.between(1, 60)));
  }
  if (chance.one_in(source.one_change_in)) {
    for (std::int64_t changes = chance.between(1, 3); changes > 0; --changes) {
      truth_.change_something();
    }
  }
}

std::optional<Error> SimulatedSource::error_of_call(const Call& call, Mishap mishap,
                                                    Chance& chance) const {
  if (!world_.state().lifted && ordeal_.source_is_out(call.in_process)) {
    return error_of(ordeal_.source_error, chance.one_in(2) ? "503" : "");
  }
  switch (mishap) {
    case Mishap::corrupt:
      return error_of(ErrorKind::corrupt);
    case Mishap::unavailable:
      return error_of(ErrorKind::unavailable, "503");
    case Mishap::refused_connection:
      return error_of(ErrorKind::unavailable);
    case Mishap::timed_out:
      return error_of(ErrorKind::timed_out);
    case Mishap::throttled:
      return error_of(ErrorKind::throttled, "429");
    case Mishap::throttled_for: {
      Error error = error_of(ErrorKind::throttled, "429");
      error.retry_after = std::chrono::seconds(chance.between(1, 20));
      return error;
    }
    default:
      return std::nullopt;
  }
}

// With the lock held: one moment of the world.
Result<SourcePage> SimulatedSource::answer(const PageRequest& request, const Call& call) {
  Chance chance(profile_.seed, "answer", call.number);
  let_the_world_move(chance);
  const Mishap mishap = mishap_of(call);
  if (auto error = error_of_call(call, mishap, chance)) {
    return tl::unexpected(std::move(*error));
  }
  std::int64_t number = request.token.empty() ? request.number : std::stoll(request.token);
  number = mishap == Mishap::page_twice   ? std::max<std::int64_t>(1, number - 1)
           : mishap == Mishap::first_page ? 1
                                          : number;
  auto page = page_of(request, call, number);
  if (!page) {
    return page;
  }
  const std::int64_t shown = std::ssize(page->page.records);
  if (mishap == Mishap::no_records) {
    page->page = Page();
    page->incomplete.clear();
  } else if (mishap == Mishap::total_high) {
    page->total = page->total.value_or(0) + chance.between(1, 7);
  } else if (mishap == Mishap::total_low && shown > 0) {
    page->total = shown - 1;
  } else if (mishap == Mishap::no_total) {
    page->total.reset();
  }
  return page;
}

Result<SourcePage> SimulatedSource::page_of(const PageRequest& request, const Call& call,
                                            std::int64_t number) {
  const SourceProfile& source = profile_.source;
  std::vector<Row> rows = found(request.window);
  sort(rows, request, call);
  const std::int64_t total = std::ssize(rows);
  const std::int64_t begin = (number - 1) * source.page_size;
  std::int64_t end = std::min(begin + source.page_size, total);
  if (source.cap > 0 && !world_.state().lifted) {
    end = std::min(end, source.cap);
    if (begin >= source.cap && source.beyond_cap_refused) {
      return tl::unexpected(error_of(ErrorKind::rejected, "beyond"));
    }
  }
  SourcePage page;
  page.server_time = time_named(call);
  for (std::int64_t i = begin; i < end; ++i) {
    append(page, rows[static_cast<std::size_t>(i)]);
  }
  if (!page.page.records.empty() && begin >= cap_known_) {
    cap_known_ = source.cap;
  }
  name_end(page, number, end, total);
  return page;
}

// One call a record; the rest of its sub-list is that of the moment.
Result<SourcePage> SimulatedSource::complete(SourcePage page, std::span<const std::size_t> records,
                                             CallGate* gate, std::stop_token stop) {
  page.calls = 0;
  for (const std::size_t index : records) {
    WEIR_TRY(const Call call, leave(gate, stop));
    ++page.calls;
    const std::scoped_lock lock(mutex_);
    world_.log(fmt::format("  source {}: the whole of {}", call.in_process,
                           page.page.records.at(index).id));
    if (mishap_of(call) == Mishap::unavailable) {
      return tl::unexpected(error_of(ErrorKind::unavailable, "503"));
    }
    PageRecord& record = page.page.records.at(index);
    const auto row = row_of(record.id);
    if (!row) {
      continue;
    }
    for (std::uint32_t version = 0; version < versions_max; ++version) {
      const Row& known = truth_.rows().at(*row);
      if (page.page.raw(record) == raw_of(profile_, known, version, true)) {
        const std::string whole = raw_of(profile_, known, version, false);
        record.offset = page.page.bytes.size();
        record.length = whole.size();
        page.page.bytes += whole;
        break;
      }
    }
  }
  return page;
}

}  // namespace weir::simulation
