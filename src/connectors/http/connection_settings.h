// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"
#include "connectors/http/connector_file.h"
#include "core/time_zone.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace weir {

// The settings that the engine itself gives every connection: timezone, result_cap, timeout and
// budget.
SpecTable engine_settings();

// Appends the settings that a connector file declares, in Airbyte's words:
// `connection_specification: {required: [...], properties: {name: {type, description, default,
// …}}}`.
void read_setting_specs(const Node& spec, SpecTable& table, Faults& faults);

// A connection's settings, read against a connector file.
struct HttpConnection {
  Value config;  // all that templates see as config.<name>, defaults filled in
  TimeZone zone = TimeZone::utc();
  CallRates budget;
  std::optional<std::int64_t> result_cap;            // empty: auto
  std::optional<std::chrono::milliseconds> timeout;  // of a call; empty: what the file says
};
HttpConnection read_http_connection(const ConnectorFile& file, const Node& node,
                                    const ConnectorContext& context, Faults& faults);

}  // namespace weir
