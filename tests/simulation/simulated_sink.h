// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sink/sink.h"

#include <mutex>

#include "simulation/kill.h"
#include "simulation/target_table.h"
#include "simulation/truth.h"

namespace weir::simulation {

// The target as one process sees it: the table and the marks of the world, with transactions that
// happen at one moment or not at all.
class SimulatedSink final : public Sink {
 public:
  SimulatedSink(const World& world, const Ordeal& ordeal) : world_(world), ordeal_(ordeal) {}

  SinkTraits traits() const override;
  Result<void> check(const std::optional<Value>&, std::vector<Fault>&) override { return {}; }
  Result<std::unique_ptr<SinkLane>> open_lane(std::uint32_t lane, std::stop_token stop) override;
  std::string describe(const OutgoingRecord& record) const override;

 private:
  class Lane;
  enum class Step : std::uint8_t { open, claim, begin, write, mark, commit };
  struct Call {
    std::uint64_t number = 0;
    std::int64_t in_process = 0;
  };
  Call call(Step step);
  // The mishap of a call that has no effect; nothing: it goes well.
  std::optional<Error> mishap(const Call& call, Step step) const;
  void done(const Call& call, Step step, std::uint32_t lane, const std::string& outcome) const;

  const World& world_;
  const Ordeal& ordeal_;
  std::mutex mutex_;
};

}  // namespace weir::simulation
