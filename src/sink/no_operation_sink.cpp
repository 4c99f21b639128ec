// SPDX-License-Identifier: Apache-2.0
#include "sink/no_operation_sink.h"

#include <span>

namespace weir {
namespace {

class NoOperationLane final : public SinkLane {
 public:
  Result<Mark> claim(std::uint64_t fence) override { return Mark{fence, 0}; }
  Result<void> begin() override { return {}; }
  Result<WriteReport> write(std::span<const OutgoingRecord> /*records*/) override {
    return WriteReport{};
  }
  Result<void> write_mark(std::uint64_t /*sequence*/) override { return {}; }
  Result<void> commit() override { return {}; }
  void rollback() override {}
};

class NoOperationSink final : public Sink {
 public:
  SinkTraits traits() const override {
    SinkTraits traits;
    traits.lanes = 1;
    return traits;
  }
  Result<void> check(const std::optional<Value>& /*sample*/,
                     std::vector<Fault>& /*faults*/) override {
    return {};
  }
  Result<std::unique_ptr<SinkLane>> open_lane(std::uint32_t /*lane*/,
                                              std::stop_token /*stop*/) override {
    return std::make_unique<NoOperationLane>();
  }
  std::string describe(const OutgoingRecord& /*record*/) const override {
    return "nothing is written";
  }
};

}  // namespace

std::unique_ptr<Sink> make_no_operation_sink() { return std::make_unique<NoOperationSink>(); }

}  // namespace weir
