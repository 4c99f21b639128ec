// SPDX-License-Identifier: Apache-2.0
#include "simulation/profile.h"

#include <fmt/format.h>

#include "simulation/chance.h"

namespace weir::simulation {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t never = 0;

void choose_paging(Chance& chance, SourceProfile& source) {
  source.page_size = chance.between(3, 9);
  source.order = chance.one_of({Order::by_change, Order::by_creation});
  source.newest_first = chance.one_of({NewestFirst::not_offered, NewestFirst::honoured,
                                       NewestFirst::ignored, NewestFirst::by_creation});
  source.unstable_ties = chance.one_in(3);
  source.names_changes = !chance.one_in(4);
  source.beyond_cap_refused = chance.one_in(3);
  source.sub_lists_cut = chance.one_in(4);
  if (source.kind != WindowKind::full && chance.one_in(4)) {
    source.cap = source.page_size * chance.between(2, 5);
    source.cap_known = chance.one_in(2) ? source.cap : source.page_size * 2;
  }
}

void choose_clock(Chance& chance, Profile& profile) {
  SourceProfile& source = profile.source;
  source.names_time = !chance.one_in(4);
  if (!source.names_time) {
    // Nothing tells of the difference: it must be less than the safety lag.
    source.ahead = milliseconds(chance.between(-240, 240) * 1000);
  } else if (chance.one_in(3)) {
    source.ahead = milliseconds(chance.one_of({-3'600'000, 3'600'000}) + chance.pick(1000));
  }
  source.visible_after = std::chrono::seconds(chance.one_in(2) ? chance.between(1, 290) : 0);
  source.latency = milliseconds(chance.one_of({0, 40, 700, 5000}));
  source.one_slow_call_in = chance.one_of({never, 300L, 60L});
  if (source.names_time && profile.overlap > std::chrono::days(0) && chance.one_in(4)) {
    source.one_clock_jump_in = chance.between(5, 40);
  }
}

void choose_budget(Chance& chance, SourceProfile& source) {
  source.calls_per_second = chance.one_of({0.5, 1.0, 1.0, 2.0, 5.0, 10.0});
  if (chance.one_in(5)) {
    source.calls_per_minute = chance.between(20, 60);
  }
}

void choose_troubles(Chance& chance, Profile& profile) {
  SourceProfile& source = profile.source;
  source.one_fault_in = chance.one_of({never, never, 5L, 12L, 30L});
  source.one_change_in = chance.one_of({never, 2L, 4L, 10L});
  source.one_faulty_row_in = chance.one_of({never, never, 10L});
  profile.target.one_fault_in = chance.one_of({never, never, 8L, 25L});
  profile.target.one_lost_commit_in = chance.one_of({never, 3L, 8L});
  profile.target.one_bad_row_in = chance.one_of({never, never, 10L, 30L});
  profile.one_kill_in = chance.one_of({never, 1L, 2L, 2L});
  profile.one_outage_in = chance.one_of({never, 3L, 6L});
}

// Without totals nothing can be proven: then the world must stand still while pages are read.
void calm_what_cannot_be_proven(SourceProfile& source) {
  source.one_change_in = never;
  source.unstable_ties = false;
  source.visible_after = std::chrono::seconds(0);
}

}  // namespace

Profile profile_of(std::uint64_t seed, Sabotage sabotage) {
  Chance chance(seed, "profile");
  Profile profile;
  profile.seed = seed;
  profile.sabotage = sabotage;
  profile.redelivery = chance.one_of({Redelivery::never, Redelivery::when_different});
  profile.only_completed = chance.one_in(3);
  profile.overlap = std::chrono::days(chance.one_of({0, 0, 1, 1, 2}));
  profile.patience = milliseconds(chance.between(10, 90) * 1000);
  profile.rows_at_first = chance.one_of({0L, 8L, 25L, 60L});
  profile.processes = chance.between(3, 9);
  SourceProfile& source = profile.source;
  source.kind = chance.one_of(
      {WindowKind::created, WindowKind::modified, WindowKind::modified, WindowKind::full});
  source.zone = chance.one_in(2) ? TimeZone::utc() : TimeZone::find("Asia/Shanghai").value();
  const Day first = Day(std::chrono::year(2026) / 1 / 5) + std::chrono::days(chance.pick(300));
  profile.start = first + std::chrono::minutes(chance.pick(1440));
  if (!chance.one_in(4)) {
    profile.from = first - std::chrono::days(chance.between(0, 12));
  }
  choose_paging(chance, source);
  choose_clock(chance, profile);
  choose_budget(chance, source);
  choose_troubles(chance, profile);
  source.totals = chance.one_of({Totals::named, Totals::named, Totals::named, Totals::named,
                                 Totals::named, Totals::more, Totals::next, Totals::short_page});
  if (source.totals != Totals::named) {
    calm_what_cannot_be_proven(source);
  }
  profile.target.lanes = static_cast<std::uint32_t>(chance.between(1, 3));
  profile.target.batch_records = static_cast<std::size_t>(chance.between(2, 12));
  return profile;
}

std::string describe(const Profile& profile) {
  const SourceProfile& source = profile.source;
  const TargetProfile& target = profile.target;
  constexpr std::string_view kinds[] = {"created", "modified", "full"};
  constexpr std::string_view totals[] = {"named", "more", "next", "short page"};
  constexpr std::string_view newest[] = {"not offered", "honoured", "ignored", "by creation"};
  return fmt::format(
      "seed {}: {}, {}, {}from {}, overlap {} d, {} at first, pages of {}, totals {}, order by {}, "
      "newest first {}, ties {}, cap {} (known {}), {} calls/s, {} calls/min, zone {}, clock {} "
      "ahead, time {}, seen after {}, latency {}, patience {}; once in: fault {}, change {}, slow "
      "call {}, clock jump {}, faulty row {}, kill {}, outage {}; target: {} lanes of {}, fault "
      "{}, "
      "lost commit {}, bad row {}",
      profile.seed, kinds[static_cast<std::size_t>(source.kind)],
      profile.redelivery == Redelivery::never ? "idCheck" : "upsert",
      profile.only_completed ? "COMPLETED only, " : "",
      profile.from ? format_day(*profile.from) : "ever", profile.overlap.count(),
      profile.rows_at_first, source.page_size, totals[static_cast<std::size_t>(source.totals)],
      source.order == Order::by_change ? "change" : "creation",
      newest[static_cast<std::size_t>(source.newest_first)],
      source.unstable_ties ? "unstable" : "stable", source.cap, source.cap_known,
      source.calls_per_second, source.calls_per_minute.value_or(0), source.zone.name(),
      source.ahead.count(), source.names_time ? "named" : "not named", source.visible_after.count(),
      source.latency.count(), profile.patience.count(), source.one_fault_in, source.one_change_in,
      source.one_slow_call_in, source.one_clock_jump_in, source.one_faulty_row_in,
      profile.one_kill_in, profile.one_outage_in, target.lanes, target.batch_records,
      target.one_fault_in, target.one_lost_commit_in, target.one_bad_row_in);
}

}  // namespace weir::simulation
