// SPDX-License-Identifier: Apache-2.0
#include "simulation/checker.h"

#include "core/hash.h"
#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "simulation/target_table.h"

namespace weir::simulation {
namespace {

class Checker {
 public:
  explicit Checker(const World& world)
      : world_(world), profile_(world.profile()), truth_(world), rows_(truth_.rows()) {}

  std::vector<std::string> check(const std::filesystem::path& journal) {
    check_table();
    check_truth();
    check_journal(journal);
    check_budget();
    if (world_.state().overflow) {
      complain("the schedule was too long for the world: make it shorter, or the world larger");
    }
    return std::move(complaints_);
  }

 private:
  void complain(std::string line) { complaints_.push_back(std::move(line)); }

  // Nothing doubled, nothing foreign.
  void check_table() {
    for (const TargetRow& row : table_of(world_)) {
      if (row.row >= rows_.size()) {
        complain("the table holds a row that the source does not know");
        continue;
      }
      const Row& source = rows_[row.row];
      const std::string name = fmt::format("{} version {}", id_of(row.row), row.version);
      if (!table_.emplace(row.row, row.version).second) {
        complain(name + " is doubled");
      }
      if (row.version >= versions_max ||
          (world_.state().served[row.row] >> row.version & 1U) == 0) {
        complain(name + " was never given by the source");
      } else if (row.content != hash64(request_of(profile_, source, row.version))) {
        complain(name + " arrived with other content than it was given with");
      } else if (profile_.only_completed && state_of(source, row.version) != "COMPLETED") {
        complain(name + " is not COMPLETED and should have been filtered");
      }
    }
  }

  bool is_asked_for(const Row& row) const {
    if (row.deleted || row.faulty) {
      return false;
    }
    if (!profile_.from || profile_.source.kind == WindowKind::full) {
      return true;
    }
    return profile_.source.zone.day_of(time_asked_by(row)) >= *profile_.from;
  }

  Timestamp time_asked_by(const Row& row) const {
    return profile_.source.kind == WindowKind::created ? row.created : row.modified;
  }

  // The version that the pipeline must have seen. What changes without a trace in the times that
  // the source is asked by is seen in the days that are read again, and there only.
  std::uint32_t version_owed(const Row& row) const {
    const TimeZone& zone = profile_.source.zone;
    const Day again_from = zone.day_of(world_.source_now()) - profile_.overlap;
    if (profile_.source.kind == WindowKind::full || zone.day_of(time_asked_by(row)) >= again_from) {
      return row.version;
    }
    return profile_.source.kind == WindowKind::modified ? row.modified_version : 0;
  }

  // Nothing lost.
  void check_truth() {
    for (const Row& row : rows_) {
      if (!is_asked_for(row)) {
        continue;
      }
      const std::uint32_t owed = version_owed(row);
      const auto there = table_.find(row.number);
      if (there == table_.end()) {
        if (!profile_.only_completed || state_of(row, owed) == "COMPLETED") {
          complain(fmt::format("{} is lost: version {}, created {}, modified {}", id_of(row.number),
                               row.version, format_utc(row.created), format_utc(row.modified)));
        }
      } else if (profile_.redelivery == Redelivery::when_different && there->second < owed) {
        complain(fmt::format("{} stands at version {}, the source at {} since {}",
                             id_of(row.number), there->second, owed, format_utc(row.modified)));
      }
    }
  }

  void check_journal(const std::filesystem::path& folder) {
    JournalOptions options;
    options.folder = folder;
    options.access = JournalAccess::read;
    auto journal = open_sqlite_journal(options);
    const auto pipeline = journal ? (*journal)->pipeline("p") : tl::unexpected(journal.error());
    if (!pipeline) {
      complain("the journal cannot be read: " + pipeline.error().message);
      return;
    }
    std::set<std::uint32_t> delivered;
    const auto seen = (*journal)->records(*pipeline, {}, [&](const RecordSummary& record) {
      check_record(record, delivered);
      return true;
    });
    if (!seen) {
      complain("the journal cannot be read: " + seen.error().message);
    }
    for (const auto& [row, version] : table_) {
      if (!delivered.contains(row)) {
        complain(id_of(row) + " is in the table, and the journal does not say so");
      }
    }
  }

  void check_record(const RecordSummary& record, std::set<std::uint32_t>& delivered) {
    const auto row = row_of(record.id);
    const bool there = row && table_.contains(*row);
    if (record.state == RecordState::delivered && row) {
      delivered.insert(*row);
    }
    if ((record.state == RecordState::delivered) != there) {
      complain(fmt::format("the journal says {} of {}, which is {} the table: {}",
                           to_string(record.state), record.id, there ? "in" : "not in",
                           record.reason));
    }
    if (record.state == RecordState::waiting || record.state == RecordState::in_doubt) {
      complain(fmt::format("{} is still {}", record.id, to_string(record.state)));
    }
  }

  void check_rate(std::int64_t calls, std::chrono::nanoseconds span, std::string_view name) {
    const auto leaves = world_.state().leaves.all();
    for (std::size_t i = static_cast<std::size_t>(calls); i < leaves.size(); ++i) {
      if (leaves[i] - leaves[i - static_cast<std::size_t>(calls)] < span.count()) {
        complain(fmt::format("more than {} calls left within {}, at {}", calls, name,
                             format_utc(Timestamp(std::chrono::duration_cast<Timestamp::duration>(
                                 std::chrono::nanoseconds(leaves[i]))))));
        return;
      }
    }
  }

  void check_budget() {
    const double rate = profile_.source.calls_per_second;
    const auto calls = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(rate)));
    const double seconds = std::max(1.0, static_cast<double>(calls) / rate);
    check_rate(calls, std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)),
               fmt::format("{} s", seconds));
    if (profile_.source.calls_per_minute) {
      check_rate(*profile_.source.calls_per_minute, std::chrono::minutes(1), "a minute");
    }
  }

  const World& world_;
  const Profile& profile_;
  Truth truth_;
  const std::vector<Row>& rows_;
  std::map<std::uint32_t, std::uint32_t> table_;  // row -> version
  std::vector<std::string> complaints_;
};

}  // namespace

std::vector<std::string> check_world(const World& world, const std::filesystem::path& journal) {
  return Checker(world).check(journal);
}

}  // namespace weir::simulation
