// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"
#include "connectors/mysql/connection.h"
#include "connectors/mysql/row_writer.h"
#include "connectors/mysql/settings.h"
#include "connectors/mysql/target.h"
#include "core/time_zone.h"
#include "sink/sink.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace weir {

// The sink of one pipeline. Immutable: lanes are opened from any thread.
class MysqlSink final : public Sink {
 public:
  // Appends the faults of connection and strategy; gives nothing if one is an error.
  static std::unique_ptr<Sink> make(const Node& connection, const Strategy& strategy,
                                    const ConnectorContext& context, Faults& faults);

  SinkTraits traits() const override;
  Result<void> check(const std::optional<Value>& sample, std::vector<Fault>& faults) override;
  Result<std::unique_ptr<SinkLane>> open_lane(std::uint32_t lane, std::stop_token stop) override;
  std::string describe(const OutgoingRecord& record) const override;
  Result<std::unique_ptr<KeyReader>> read_keys(std::string_view id, std::stop_token stop) override;

 private:
  MysqlSink(MysqlSettings settings, const Strategy& strategy, const ConnectorContext& context,
            TimeZone zone);

  bool transactional() const;
  Result<std::unique_ptr<MysqlConnection>> connect(std::stop_token stop) const;
  Result<BulkMode> choose_mode(const MysqlConnection& connection,
                               const MysqlStatement& statement) const;

  const MysqlSettings settings_;
  const Strategy strategy_;  // a copy: target_ points into it
  MysqlTarget target_;
  const ConnectorContext context_;
  const TimeZone zone_;
};

}  // namespace weir
