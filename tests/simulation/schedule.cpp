// SPDX-License-Identifier: Apache-2.0
#include "simulation/schedule.h"

#include "pipeline/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "simulation/chance.h"
#include "simulation/checker.h"
#include "simulation/target_table.h"

namespace weir::simulation {
namespace {

constexpr std::string_view definition_text = R"(
sync: {{by: full}}
source: {{connection: s, api: list, id: id, number: number{}}}
target:
  connection: t
  api: execute
  request:
    - field: main_params
      type: object
      children:
        - {{field: id, value: "{{id}}"}}
        - {{field: version, value: "{{version}}"}}
        - {{field: state, value: "{{state}}"}}
        - {{field: amount, value: "{{amount}}"}}
        - {{field: items, value: "{{items}}"}}
)";
constexpr std::string_view condition_text =
    ", condition: [[{field: state, logic: eq, value: COMPLETED}]]";

std::unique_ptr<const Transform> transform_of(const Profile& profile) {
  Faults faults;
  const std::string text =
      fmt::format(fmt::runtime(definition_text), profile.only_completed ? condition_text : "");
  const auto definition = read_definition("p", text, SystemReferences("."), faults);
  auto transform = definition ? Transform::compile(definition->source, definition->target,
                                                   RecordShape(), TimeZone::utc(), faults)
                              : nullptr;
  if (!transform) {
    fmt::print(stderr, "the simulation's own pipeline: {}\n",
               faults.empty() ? "?" : to_string(faults.front()));
    std::abort();
  }
  return transform;
}

constexpr std::int64_t idle_calls_max = 3;

class Schedule {
 public:
  Schedule(std::uint64_t seed, Sabotage sabotage, const std::filesystem::path& folder)
      : folder_(folder),
        world_(profile_of(seed, sabotage), folder / "log"),
        profile_(world_.profile()),
        transform_(transform_of(profile_)),
        truth_(world_) {}

  Verdict run() {
    world_.log(describe(profile_));
    truth_.fill();
    for (std::int64_t i = 0; i < profile_.processes && verdict_.complaints.empty(); ++i) {
      Chance chance(profile_.seed, "process", static_cast<std::uint64_t>(i));
      let_time_pass(chance);
      change_the_truth(chance);
      if (around_midnight_) {
        world_.advance(std::chrono::seconds(chance.between(1, 480)));
      }
      run_one(errand(chance));
    }
    if (verdict_.complaints.empty()) {
      come_to_rest();
    }
    for (const std::string& complaint : check_world(world_, folder_ / "journal")) {
      complain(complaint);
    }
    return count();
  }

 private:
  void complain(const std::string& line) {
    world_.log("COMPLAINT: " + line);
    verdict_.complaints.push_back(line);
  }

  Verdict count() {
    verdict_.processes = world_.state().processes;
    verdict_.calls = static_cast<std::int64_t>(world_.state().source_calls);
    verdict_.changes = std::ssize(world_.state().changes.all());
    verdict_.rows = std::ssize(table_of(world_));
    world_.log(fmt::format("verdict: {}; {} processes, {} kills, {} calls, {} changes, {} rows",
                           verdict_.complaints.empty() ? "all well" : "BROKEN", verdict_.processes,
                           verdict_.kills, verdict_.calls, verdict_.changes, verdict_.rows));
    return std::move(verdict_);
  }

  // To the source's next midnight and so much further, never back.
  void pass_midnight(std::chrono::minutes further) {
    const TimeZone& zone = profile_.source.zone;
    const LocalTime now = zone.to_local(world_.source_now());
    const auto midnight = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
    world_.advance(std::max<std::chrono::milliseconds>(midnight - now + further, {}));
  }

  void let_time_pass(Chance& chance) {
    const std::int64_t percent = chance.pick(100);
    around_midnight_ = percent >= 60 && percent < 80;
    if (percent < 25) {
      world_.advance(std::chrono::seconds(chance.pick(60)));
    } else if (percent < 60) {
      world_.advance(std::chrono::minutes(chance.between(1, 90)));
    } else if (around_midnight_) {
      pass_midnight(std::chrono::minutes(chance.between(-4, 3)));
    } else {
      world_.advance(std::chrono::hours(chance.between(3, 60)));
    }
  }

  void change_the_truth(Chance& chance) {
    for (std::int64_t changes = chance.pick(chance.one_of({2, 9, 25})); changes > 0; --changes) {
      truth_.change_something();
      if (chance.one_in(3)) {
        world_.advance(around_midnight_ ? std::chrono::seconds(chance.pick(40))
                                        : std::chrono::minutes(chance.pick(30)));
      }
    }
  }

  Kill kill(Chance& chance) const {
    Kill plan;
    if (!chance.one_in(profile_.one_kill_in)) {
      return plan;
    }
    constexpr std::string_view names[] = {
        "source.page_read",    "source.page_stored",  "source.cursor_moved",
        "sink.batch_opened",   "sink.before_commit",  "sink.committed",
        "sink.batch_amended",  "sink.settled",        "pipeline.recovered",
        "journal.index_flush", "journal.raw_dropped", "journal.before_commit",
        "journal.after_commit"};
    plan.at = chance.one_of({Kill::At::failpoint, Kill::At::failpoint, Kill::At::failpoint,
                             Kill::At::source_called, Kill::At::source_answered,
                             Kill::At::sink_called, Kill::At::sink_done, Kill::At::sink_done});
    plan.number = chance.between(1, chance.one_of({2, 5, 12, 30}));
    if (plan.at == Kill::At::failpoint) {
      plan.name = chance.one_in(2) ? "*" : std::string(chance.one_of(names));
      plan.number *= plan.name == "*" ? 3 : 1;
    }
    return plan;
  }

  Ordeal ordeal(Chance& chance) const {
    Ordeal ordeal;
    ordeal.kill = kill(chance);
    if (chance.one_in(12)) {
      ordeal.stop_at_call = chance.between(1, 12);
    }
    if (chance.one_in(profile_.one_outage_in)) {
      ordeal.source_from = chance.between(1, 15);
      ordeal.source_calls = chance.between(1, 400);
      ordeal.source_error =
          chance.one_of({ErrorKind::unavailable, ErrorKind::throttled, ErrorKind::unauthorized,
                         ErrorKind::exhausted, ErrorKind::timed_out, ErrorKind::corrupt});
    }
    if (chance.one_in(profile_.one_outage_in)) {
      ordeal.sink_from = chance.between(1, 15);
      ordeal.sink_calls = chance.between(1, 60);
      ordeal.sink_error = chance.one_of({ErrorKind::unavailable, ErrorKind::timed_out,
                                         ErrorKind::unauthorized, ErrorKind::exhausted});
    }
    return ordeal;
  }

  Errand errand(Chance& chance) const {
    Errand errand;
    const std::int64_t percent = chance.pick(100);
    if (percent < 6) {
      errand.kind = Errand::Kind::full;
    } else if (percent < 12) {
      errand.kind = Errand::Kind::range;
      const Day today = profile_.source.zone.day_of(world_.now());
      errand.range_from = today - std::chrono::days(chance.between(0, 6));
      if (chance.one_in(2)) {
        errand.range_to = *errand.range_from + std::chrono::days(chance.pick(4));
      }
    } else if (percent < 20) {
      errand.kind = Errand::Kind::retry;
    }
    errand.ordeal = ordeal(chance);
    return errand;
  }

  ProcessEnd run_one(const Errand& errand) {
    ProcessEnd end = run_process(world_, *transform_, folder_ / "journal", errand);
    verdict_.kills += end.killed ? 1 : 0;
    for (const std::string& broken : end.broken) {
      complain(broken);
    }
    return end;
  }

  void expect(bool well, const ProcessEnd& end, std::string_view what) {
    if (!well) {
      complain(fmt::format("{} ended as {} ({} calls, {} due): {}", what, to_string(end.status),
                           end.requests, end.due, end.reason));
    }
  }

  // Nothing goes wrong any more: all must be well within a few runs, the last of them idle.
  void come_to_rest() {
    world_.state().lifted = true;
    world_.log("the world comes to rest");
    world_.advance(std::chrono::minutes(20));
    ProcessEnd end;
    for (int run = 0; run < 3 && end.status != RunStatus::succeeded; ++run) {
      end = run_one({});
      expect(end.status == RunStatus::succeeded || end.status == RunStatus::failed, end,
             "a run with nothing in its way");
    }
    expect(end.status == RunStatus::succeeded, end, "the run after it");
    Errand retry;
    retry.kind = Errand::Kind::retry;
    end = run_one(retry);
    expect(end.status == RunStatus::succeeded || end.status == RunStatus::failed, end, "a retry");
    pass_midnight(std::chrono::minutes(30));
    end = run_one({});
    expect(end.status == RunStatus::succeeded || end.status == RunStatus::failed, end,
           "the first run of the next day");
    world_.advance(std::chrono::minutes(10));
    end = run_one({});
    expect(end.status == RunStatus::succeeded && end.due == 0, end, "an idle run");
    expect(end.requests <= idle_calls_max || !is_cheap(), end, "an idle run that costs too much");
  }

  // Where the source can tell at once that there is nothing new: by its order, or since all that is
  // read again is a page.
  bool is_cheap() {
    const SourceProfile& source = profile_.source;
    if (source.kind == WindowKind::modified && source.newest_first == NewestFirst::honoured &&
        source.names_changes) {
      return true;
    }
    const Day again_from = source.zone.day_of(world_.source_now()) - profile_.overlap;
    std::int64_t rows = 0;
    for (const Row& row : truth_.rows()) {
      const Timestamp at = source.kind == WindowKind::created ? row.created : row.modified;
      rows +=
          !row.deleted && (source.kind == WindowKind::full || source.zone.day_of(at) >= again_from);
    }
    return rows < source.page_size;
  }

  const std::filesystem::path folder_;
  World world_;
  const Profile& profile_;
  std::unique_ptr<const Transform> transform_;
  Truth truth_;
  bool around_midnight_ = false;  // what happens now happens shortly before or after it
  Verdict verdict_;
};

}  // namespace

Verdict run_schedule(std::uint64_t seed, Sabotage sabotage, const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder / "journal");
  std::filesystem::create_directories(folder);
  Verdict verdict = Schedule(seed, sabotage, folder).run();
  std::filesystem::remove_all(folder / "journal");
  return verdict;
}

}  // namespace weir::simulation
