// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/time_zone.h"
#include "journal/journal.h"
#include "source/source.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// What one seed makes of the world: the habits of its source and its target, and how often they
// misbehave. Plain data, a function of the seed.

namespace weir::simulation {

// What the simulation breaks on purpose, to see that its checker complains.
enum class Sabotage : std::uint8_t {
  none,
  mark,    // the target says at every claim that no batch was ever committed
  totals,  // the source is as restless as ever, but names no totals to prove anything by
  gate,    // the source tells the budget that its calls left an hour ago
  loss,    // the target forgets a row of a committed batch now and then
};

enum class Order : std::uint8_t { by_change, by_creation };
// What the source makes of a request for the newest change first.
enum class NewestFirst : std::uint8_t { not_offered, honoured, ignored, by_creation };
// How the source tells where its pages end.
enum class Totals : std::uint8_t { named, more, next, short_page };

struct SourceProfile {
  WindowKind kind = WindowKind::modified;
  TimeZone zone = TimeZone::utc();
  std::int64_t page_size = 5;
  double calls_per_second = 5;
  std::optional<std::int64_t> calls_per_minute;
  Order order = Order::by_change;
  NewestFirst newest_first = NewestFirst::not_offered;
  Totals totals = Totals::named;
  bool unstable_ties = false;             // rows of one minute come in another order at each call
  bool names_changes = true;              // PageRecord::changed_at
  bool names_time = true;                 // SourcePage::server_time
  bool sub_lists_cut = false;             // SourcePage::incomplete
  bool beyond_cap_refused = false;        // a page beyond the cap is an error; else it is empty
  std::int64_t cap = 0;                   // records that one query pages through; 0: no end
  std::int64_t cap_known = 0;             // what traits say of it at first
  std::chrono::milliseconds ahead{0};     // the source's clock before ours
  std::chrono::seconds visible_after{0};  // a change is seen so long after its own time
  std::chrono::milliseconds latency{0};   // of a call, at most
  std::int64_t one_slow_call_in = 0;      // … that takes up to an hour
  std::int64_t one_fault_in = 0;          // calls
  std::int64_t one_clock_jump_in = 0;     // calls: the time named is an hour off
  std::int64_t one_change_in = 0;         // calls during which the truth changes
  std::int64_t one_faulty_row_in = 0;     // rows without an id
};

struct TargetProfile {
  std::uint32_t lanes = 2;
  std::size_t batch_records = 7;
  std::int64_t one_fault_in = 0;  // calls of any kind
  std::int64_t one_lost_commit_in = 0;
  std::int64_t one_bad_row_in = 0;  // versions that the target refuses
};

struct Profile {
  std::uint64_t seed = 0;
  Sabotage sabotage = Sabotage::none;
  Redelivery redelivery = Redelivery::never;
  bool only_completed = false;  // the pipeline's condition
  std::optional<Day> from;      // sync.from
  std::chrono::days overlap{1};
  std::chrono::milliseconds patience{60'000};
  Timestamp start;
  std::int64_t rows_at_first = 30;
  std::int64_t processes = 6;
  std::int64_t one_kill_in = 0;    // processes
  std::int64_t one_outage_in = 0;  // processes that meet a source or target out of order for long
  SourceProfile source;
  TargetProfile target;
};

Profile profile_of(std::uint64_t seed, Sabotage sabotage);
// One line, for the log.
std::string describe(const Profile& profile);

}  // namespace weir::simulation
