// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "simulation/profile.h"

// What outlives processes, in memory that a parent shares with the children it forks. A child may
// be killed at any instruction, so every effect is one store: entries are written behind the end of
// a list and count once its length has been raised.

namespace weir::simulation {

// A list that only grows, in shared memory. One process writes at a time, one thread at a time.
template <typename T, std::size_t Capacity>
class SharedList {
 public:
  std::span<const T> all() const { return {entries_, length_.load(std::memory_order_acquire)}; }
  std::size_t size() const { return length_.load(std::memory_order_acquire); }
  // False: it is full, and the schedule was too long for this world.
  bool append(std::span<const T> entries) {
    const std::size_t length = size();
    if (entries.size() > Capacity - length) {
      return false;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries_[length + i] = entries[i];
    }
    length_.store(length + entries.size(), std::memory_order_release);
    return true;
  }

 private:
  std::atomic<std::size_t> length_{0};
  T entries_[Capacity];
};

enum class ChangeKind : std::uint8_t {
  added,
  changed,           // other content, other time of change
  approved,          // likewise, and its state becomes COMPLETED
  touched,           // another time of change, the same content
  silently_changed,  // other content, the same time of change
  deleted,
};
std::string_view to_string(ChangeKind kind);

// One thing that happened at the source.
struct Change {
  ChangeKind kind = ChangeKind::added;
  std::uint32_t row = 0;
  bool completed = false;       // of added: it is born so
  std::int64_t at_ms = 0;       // by the source's clock
  std::int64_t visible_ms = 0;  // by ours: when queries begin to see it
};

// One entry of the target's log. A transaction is its rows and then `committed`, appended at once.
struct TargetEntry {
  enum class Kind : std::uint8_t { row, committed, claimed };
  Kind kind = Kind::row;
  std::uint32_t lane = 0;
  std::uint64_t sequence = 0;  // of committed
  std::uint64_t fence = 0;     // of claimed
  std::uint32_t row = 0;       // no_row: none of ours
  std::uint32_t version = 0;
  std::uint64_t content = 0;  // hash of the whole request
};
inline constexpr std::uint32_t no_row = 0xffffffff;
inline constexpr std::uint32_t rows_max = 256;
inline constexpr std::uint32_t versions_max = 64;  // of one row

// What the process under way did; reset before each.
struct ProcessReport {
  std::atomic<std::int64_t> source_calls{0};  // that left
  std::atomic<std::int64_t> sink_calls{0};
  bool ended = false;  // by itself: what follows was written
  int status = 0;      // RunStatus
  std::int64_t requests = 0;
  std::int64_t due = 0;
  std::int64_t delivered = 0;
  char reason[240] = {};
  char imbalance[240] = {};
};

struct WorldState {
  std::atomic<std::int64_t> now_ns{0};         // since the epoch
  std::atomic<std::uint64_t> source_calls{0};  // of all processes
  std::atomic<std::uint64_t> sink_calls{0};
  std::atomic<std::uint64_t> changes_begun{0};
  std::atomic<std::int64_t> processes{0};
  std::atomic<bool> lifted{false};  // nothing goes wrong any more, and the truth stands still
  std::atomic<bool> overflow{false};
  SharedList<Change, 4096> changes;
  SharedList<TargetEntry, 16384> target;
  SharedList<std::int64_t, 65536> leaves;  // when calls left, monotonic nanoseconds
  // Bit v: version v of the row was in an answer.
  std::atomic<std::uint64_t> served[rows_max] = {};
  ProcessReport process;
};

class World {
 public:
  // `log`: a file that lines are appended to, one write() each; all processes share it.
  World(const Profile& profile, std::filesystem::path log);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Profile& profile() const { return profile_; }
  WorldState& state() const { return *state_; }

  // Our clock. Any thread.
  Timestamp now() const;
  void advance(std::chrono::nanoseconds length) const;
  // The source's clock, which stamps its rows.
  Timestamp source_now() const { return now() + profile_.source.ahead; }

  const std::filesystem::path& log_file() const { return log_file_; }
  // For people: one line with the time in front. Any thread.
  void log(std::string_view line) const;

 private:
  const Profile profile_;
  const std::filesystem::path log_file_;
  const int log_;
  WorldState* state_;
};

// The world's clock. Sleeping never blocks: it moves the clock to the moment asked for.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(const World& world) : world_(world) {}
  Timestamp now() const override { return world_.now(); }
  Monotonic monotonic() const override;
  bool sleep_until(Monotonic moment, std::stop_token stop) override;

 private:
  const World& world_;
};

}  // namespace weir::simulation
