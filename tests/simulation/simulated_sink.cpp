// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulated_sink.h"

#include "core/value.h"

#include <fmt/format.h>

#include <vector>

#include "simulation/chance.h"

namespace weir::simulation {
namespace {

constexpr std::string_view step_names[] = {"open", "claim", "begin", "write", "mark", "commit"};

Error gone(ErrorKind kind) {
  return {kind, fmt::format("the target: {}", to_string(kind)), "", std::nullopt};
}

}  // namespace

class SimulatedSink::Lane final : public SinkLane {
 public:
  Lane(SimulatedSink& sink, std::uint32_t number) : sink_(sink), number_(number) {}

  Result<Mark> claim(std::uint64_t fence) override;
  Result<void> begin() override;
  Result<WriteReport> write(std::span<const OutgoingRecord> records) override;
  Result<void> write_mark(std::uint64_t sequence) override;
  Result<void> commit() override;
  void rollback() override { pending_.clear(); }

 private:
  Result<Call> step(Step step);
  bool is_refused(const OutgoingRecord& record) const;
  bool append(const std::vector<TargetEntry>& entries) const;

  SimulatedSink& sink_;
  const std::uint32_t number_;
  std::uint64_t fence_ = 0;
  std::uint64_t sequence_ = 0;
  std::vector<TargetEntry> pending_;
  std::optional<Error> gone_;  // the connection is
};

Result<SimulatedSink::Call> SimulatedSink::Lane::step(Step step) {
  if (gone_) {
    return tl::unexpected(*gone_);
  }
  const Call call = sink_.call(step);
  if (auto error = sink_.mishap(call, step)) {
    sink_.done(call, step, number_, error->message);
    gone_ = error;
    pending_.clear();
    return tl::unexpected(*error);
  }
  return call;
}

bool SimulatedSink::Lane::append(const std::vector<TargetEntry>& entries) const {
  WorldState& state = sink_.world_.state();
  if (state.target.append(entries)) {
    return true;
  }
  state.overflow = true;
  return false;
}

Result<Mark> SimulatedSink::Lane::claim(std::uint64_t fence) {
  const std::scoped_lock lock(sink_.mutex_);
  WEIR_TRY(const Call call, step(Step::claim));
  const Mark standing = mark_of(sink_.world_, number_);
  if (standing.fence > fence) {
    return fail(ErrorKind::conflict, "a higher fence stands in the target");
  }
  TargetEntry claimed;
  claimed.kind = TargetEntry::Kind::claimed;
  claimed.lane = number_;
  claimed.fence = fence;
  append({claimed});
  fence_ = fence;
  Mark mark{fence, standing.sequence};
  if (sink_.world_.profile().sabotage == Sabotage::mark) {
    mark.sequence = 0;
  }
  sink_.done(call, Step::claim, number_, fmt::format("fence {}, batch {}", fence, mark.sequence));
  return mark;
}

Result<void> SimulatedSink::Lane::begin() {
  const std::scoped_lock lock(sink_.mutex_);
  WEIR_TRY(const Call call, step(Step::begin));
  pending_.clear();
  sink_.done(call, Step::begin, number_, "");
  return {};
}

// Of one version in one process: a later one may find that the row fits now.
bool SimulatedSink::Lane::is_refused(const OutgoingRecord& record) const {
  const Profile& profile = sink_.world_.profile();
  const auto process = static_cast<std::uint64_t>(sink_.world_.state().processes);
  return !sink_.world_.state().lifted &&
         Chance(profile.seed, "bad row", hash64(to_json(record.rows.tree(0)), process / 2))
             .one_in(profile.target.one_bad_row_in);
}

Result<WriteReport> SimulatedSink::Lane::write(std::span<const OutgoingRecord> records) {
  const std::scoped_lock lock(sink_.mutex_);
  WEIR_TRY(const Call call, step(Step::write));
  for (const OutgoingRecord& record : records) {
    if (is_refused(record)) {
      sink_.done(call, Step::write, number_,
                 fmt::format("{} records, refused: {}", records.size(), record.id));
      return fail(ErrorKind::rejected, "value too long for column `amount`", "1406");
    }
  }
  std::string ids;
  for (const OutgoingRecord& record : records) {
    TargetEntry entry = entry_of(record.rows.tree(0));
    entry.lane = number_;
    pending_.push_back(entry);
    ids += fmt::format(" {}v{}", record.id, entry.version);
  }
  WriteReport report{records.size(), {}};
  if (Chance(sink_.world_.profile().seed, "warning", call.number).one_in(9)) {
    report.warnings.push_back({records.size() - 1, "data truncated"});
  }
  sink_.done(call, Step::write, number_, ids);
  return report;
}

Result<void> SimulatedSink::Lane::write_mark(std::uint64_t sequence) {
  const std::scoped_lock lock(sink_.mutex_);
  WEIR_TRY(const Call call, step(Step::mark));
  if (mark_of(sink_.world_, number_).fence != fence_) {
    return fail(ErrorKind::conflict, "the fence was raised");
  }
  sequence_ = sequence;
  sink_.done(call, Step::mark, number_, fmt::format("batch {}", sequence));
  return {};
}

// The answer may get lost on either side of the effect.
Result<void> SimulatedSink::Lane::commit() {
  const std::scoped_lock lock(sink_.mutex_);
  WEIR_TRY(const Call call, step(Step::commit));
  const Profile& profile = sink_.world_.profile();
  Chance chance(profile.seed, "commit", call.number);
  const bool lost =
      !sink_.world_.state().lifted && chance.one_in(profile.target.one_lost_commit_in);
  const bool in_time = !lost || chance.one_in(2);
  if (in_time) {
    if (profile.sabotage == Sabotage::loss && chance.one_in(5)) {
      pending_.pop_back();
    }
    TargetEntry committed;
    committed.kind = TargetEntry::Kind::committed;
    committed.lane = number_;
    committed.sequence = sequence_;
    pending_.push_back(committed);
    append(pending_);
  }
  pending_.clear();
  sink_.done(call, Step::commit, number_,
             fmt::format("batch {}{}", sequence_,
                         !lost     ? ""
                         : in_time ? ", its answer lost"
                                   : ", lost on its way"));
  if (!lost) {
    return {};
  }
  constexpr ErrorKind kinds[] = {ErrorKind::unavailable, ErrorKind::timed_out,
                                 ErrorKind::exhausted};
  gone_ = gone(kinds[chance.pick(in_time ? 2 : 3)]);
  return tl::unexpected(*gone_);
}

SinkTraits SimulatedSink::traits() const {
  SinkTraits traits;
  traits.lanes = world_.profile().target.lanes;
  traits.batch_records = world_.profile().target.batch_records;
  return traits;
}

SimulatedSink::Call SimulatedSink::call(Step) {
  Call call;
  call.in_process = ++world_.state().process.sink_calls;
  call.number = ++world_.state().sink_calls;
  die_if(world_, ordeal_.kill, Kill::At::sink_called, call.in_process);
  world_.advance(
      std::chrono::milliseconds(Chance(world_.profile().seed, "sink", call.number).pick(40)));
  return call;
}

std::optional<Error> SimulatedSink::mishap(const Call& call, Step step) const {
  if (world_.state().lifted) {
    return std::nullopt;
  }
  if (ordeal_.sink_is_out(call.in_process)) {
    return gone(ordeal_.sink_error);
  }
  Chance chance(world_.profile().seed, "sink mishap", call.number);
  if (step == Step::commit || !chance.one_in(world_.profile().target.one_fault_in)) {
    return std::nullopt;
  }
  return gone(chance.one_in(2) ? ErrorKind::unavailable : ErrorKind::timed_out);
}

void SimulatedSink::done(const Call& call, Step step, std::uint32_t lane,
                         const std::string& outcome) const {
  world_.log(fmt::format("  sink {} lane {} {}: {}", call.in_process, lane,
                         step_names[static_cast<std::size_t>(step)], outcome));
  die_if(world_, ordeal_.kill, Kill::At::sink_done, call.in_process);
}

Result<std::unique_ptr<SinkLane>> SimulatedSink::open_lane(std::uint32_t lane, std::stop_token) {
  const std::scoped_lock lock(mutex_);
  const Call opening = call(Step::open);
  if (auto error = mishap(opening, Step::open)) {
    done(opening, Step::open, lane, error->message);
    return tl::unexpected(*error);
  }
  done(opening, Step::open, lane, "");
  return std::make_unique<Lane>(*this, lane);
}

std::string SimulatedSink::describe(const OutgoingRecord& record) const {
  return to_json(record.rows.tree(0));
}

}  // namespace weir::simulation
