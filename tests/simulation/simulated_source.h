// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "source/source.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "simulation/chance.h"
#include "simulation/kill.h"
#include "simulation/truth.h"

namespace weir::simulation {

// The source as one process sees it: pages of the truth, in the profile's manner and with its
// faults. Calls are answered one at a time, each at one moment of the world's clock.
class SimulatedSource final : public Source {
 public:
  // `stop` is called while call `ordeal.stop_at_call` is answered.
  SimulatedSource(const World& world, const Ordeal& ordeal, std::function<void()> stop);

  SourceTraits traits() const override;
  RecordShape shape() const override { return {}; }
  Result<SourcePage> read(const PageRequest& request, std::stop_token stop) override;
  Result<SourcePage> complete(SourcePage page, std::span<const std::size_t> records, CallGate* gate,
                              std::stop_token stop) override;
  std::unique_ptr<Source> ids() const override { return nullptr; }
  Result<void> check(std::vector<Fault>&, CallGate*) override { return {}; }

 private:
  enum class Mishap : std::uint8_t;
  struct Call {
    std::uint64_t number = 0;  // of all processes
    std::int64_t in_process = 0;
  };
  Result<Call> leave(CallGate* gate, std::stop_token stop);
  Mishap mishap_of(const Call& call) const;
  Result<SourcePage> answer(const PageRequest& request, const Call& call);
  void let_the_world_move(Chance& chance);
  std::optional<Error> error_of_call(const Call& call, Mishap mishap, Chance& chance) const;
  Result<SourcePage> page_of(const PageRequest& request, const Call& call, std::int64_t number);
  std::vector<Row> found(const Window& window);
  void sort(std::vector<Row>& rows, const PageRequest& request, const Call& call) const;
  void append(SourcePage& page, const Row& row) const;
  void name_end(SourcePage& page, std::int64_t number, std::int64_t shown,
                std::int64_t total) const;
  std::optional<Timestamp> time_named(const Call& call) const;

  const World& world_;
  const Profile& profile_;
  const Ordeal& ordeal_;
  const std::function<void()> stop_;
  mutable std::mutex mutex_;
  Truth truth_;
  std::int64_t cap_known_;
};

}  // namespace weir::simulation
