// SPDX-License-Identifier: Apache-2.0
#include "simulation/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulation/chance.h"

namespace weir::simulation {
namespace {

Timestamp minute_of(std::int64_t at_ms) {
  return std::chrono::floor<std::chrono::minutes>(Timestamp(std::chrono::milliseconds(at_ms)));
}

ChangeKind kind_of(Chance& chance) {
  const std::int64_t percent = chance.pick(100);
  return percent < 35   ? ChangeKind::added
         : percent < 55 ? ChangeKind::changed
         : percent < 70 ? ChangeKind::approved
         : percent < 75 ? ChangeKind::touched
         : percent < 85 ? ChangeKind::silently_changed
                        : ChangeKind::deleted;
}

std::uint32_t rows_ever(const World& world) {
  const auto changes = world.state().changes.all();
  return static_cast<std::uint32_t>(
      std::count_if(changes.begin(), changes.end(),
                    [](const Change& change) { return change.kind == ChangeKind::added; }));
}

std::int64_t items_of(const Profile& profile, std::uint32_t row) {
  return profile.source.sub_lists_cut ? Chance(profile.seed, "items", row).pick(6) : 1;
}

constexpr std::int64_t items_listed = 2;  // of a sub-list that is cut

std::string items_text(const Profile& profile, std::uint32_t row, bool cut) {
  std::int64_t count = items_of(profile, row);
  count = cut ? std::min(count, items_listed) : count;
  std::string text = "[";
  for (std::int64_t item = 0; item < count; ++item) {
    text += fmt::format("{}{}", item == 0 ? "" : ",", row * 10 + item);
  }
  return text + "]";
}

std::string amount_of(const Profile& profile, const Row& row, std::uint32_t version) {
  Chance chance(profile.seed, "amount", row.number * versions_max + version);
  return fmt::format("{}.{:02}", chance.pick(100000), chance.pick(100));
}

}  // namespace

const std::vector<Row>& Truth::rows() {
  const auto changes = world_.state().changes.all();
  const std::int64_t now = world_.now().time_since_epoch().count();
  for (; applied_ < changes.size() && changes[applied_].visible_ms <= now; ++applied_) {
    apply(changes[applied_]);
  }
  return rows_;
}

void Truth::apply(const Change& change) {
  const Timestamp at = minute_of(change.at_ms);
  if (change.kind == ChangeKind::added) {
    Row row;
    row.number = change.row;
    row.created = row.modified = at;
    row.completed_since = change.completed ? 0 : versions_max;
    row.faulty = Chance(world_.profile().seed, "faulty", change.row)
                     .one_in(world_.profile().source.one_faulty_row_in);
    rows_.push_back(row);
    return;
  }
  Row& row = rows_.at(change.row);
  // A record without an id that changes is another record to whoever reads it: nothing can be
  // proven.
  if (row.deleted || (row.faulty && change.kind != ChangeKind::deleted)) {
    return;
  }
  if (change.kind == ChangeKind::deleted) {
    row.deleted = true;
    return;
  }
  if (change.kind != ChangeKind::touched) {
    if (row.version + 1 == versions_max) {
      return;
    }
    ++row.version;
  }
  if (change.kind == ChangeKind::approved) {
    row.completed_since = std::min(row.completed_since, row.version);
  }
  if (change.kind != ChangeKind::silently_changed) {
    row.modified = at;
    row.modified_version = row.version;
  }
}

void Truth::record(const Change& change) {
  world_.log(fmt::format("  truth: {} {}", id_of(change.row), to_string(change.kind)));
  if (!world_.state().changes.append({&change, 1})) {
    world_.state().overflow = true;
  }
}

void Truth::change_something() {
  Chance chance(world_.profile().seed, "change", world_.state().changes_begun++);
  Change change;
  change.kind = kind_of(chance);
  change.completed = chance.one_in(2);
  change.at_ms = world_.source_now().time_since_epoch().count();
  change.visible_ms =
      (world_.now() + world_.profile().source.visible_after).time_since_epoch().count();
  std::vector<std::uint32_t> living;
  for (const Row& row : rows()) {
    if (!row.deleted) {
      living.push_back(row.number);
    }
  }
  const std::uint32_t ever = rows_ever(world_);
  if (living.empty()) {
    change.kind = ChangeKind::added;
  }
  if (change.kind == ChangeKind::added) {
    if (ever == rows_max) {
      return;
    }
    change.row = ever;
  } else {
    change.row = living[static_cast<std::size_t>(chance.pick(std::ssize(living)))];
  }
  record(change);
}

void Truth::fill() {
  const Profile& profile = world_.profile();
  Chance chance(profile.seed, "fill");
  std::vector<Change> changes;
  const std::int64_t days = chance.between(1, 9);
  const std::int64_t end = world_.source_now().time_since_epoch().count();
  constexpr std::int64_t minute = 60'000;
  for (std::int64_t i = 0; i < profile.rows_at_first; ++i) {
    Change added;
    added.completed = chance.one_in(2);
    // A tenth of the minutes of a day: ties are many.
    added.at_ms = end - chance.pick(days) * 1440 * minute - chance.pick(144) * 10 * minute;
    changes.push_back(added);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.at_ms < b.at_ms; });
  std::uint32_t number = 0;
  for (Change& change : changes) {
    change.row = number++;
    change.visible_ms = 0;
    record(change);
  }
}

std::string id_of(std::uint32_t row) { return fmt::format("r{}", row); }

std::optional<std::uint32_t> row_of(std::string_view id) {
  std::uint32_t row = 0;
  if (id.size() < 2 || id.front() != 'r') {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), row);
  if (error != std::errc() || end != id.data() + id.size() || row >= rows_max) {
    return std::nullopt;
  }
  return row;
}

std::string state_of(const Row& row, std::uint32_t version) {
  return version >= row.completed_since ? "COMPLETED" : "RUNNING";
}

bool has_sub_list_cut(const Profile& profile, const Row& row) {
  return items_of(profile, row.number) > items_listed;
}

std::string raw_of(const Profile& profile, const Row& row, std::uint32_t version, bool cut) {
  const std::string identity =
      row.faulty ? fmt::format(R"("serial":{})", row.number)
                 : fmt::format(R"("id":"{}","number":"n{}")", id_of(row.number), row.number);
  return fmt::format(R"({{{},"version":"{}","state":"{}","amount":"{}","items":{}}})", identity,
                     version, state_of(row, version), amount_of(profile, row, version),
                     items_text(profile, row.number, cut));
}

std::string request_of(const Profile& profile, const Row& row, std::uint32_t version) {
  return fmt::format(
      R"({{"main_params":{{"id":"{}","version":"{}","state":"{}","amount":"{}","items":{}}}}})",
      id_of(row.number), version, state_of(row, version), amount_of(profile, row, version),
      items_text(profile, row.number, false));
}

}  // namespace weir::simulation
