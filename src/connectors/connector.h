// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/time_zone.h"
#include "sink/sink.h"
#include "source/source.h"
#include "spec/document.h"
#include "spec/spec.h"
#include "spec/strategy.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// What a connector is given besides its own settings.
struct ConnectorContext {
  std::string workspace_zone;  // IANA name
  std::string pipeline;        // the pipeline's file name without ending
  std::string journal_uuid;    // for the target's mark; empty in checks and previews
  Clock* clock = nullptr;      // outlives everything made from this
  bool at_least_once = false;  // `delivery:` of the pipeline; allows targets that cannot roll back
};

// One thing that a pipeline's `api` may name, as pages show it.
struct ConnectorApi {
  struct Field {
    std::string name;
    bool required = false;
    bool secret = false;
  };
  std::string name;
  std::string description;
  std::string method{};         // that a pipeline may give; empty: any
  std::vector<Field> fields{};  // of the request that are known by name
};

// One kind of outside system. Both makers append all faults of connection and strategy together and
// give nothing if one is an error; they call no one (offline).
struct Connector {
  std::string name;
  std::string title;  // for people: "DingTalk YiDa (钉钉宜搭)"
  SpecTable settings;
  std::function<std::unique_ptr<Source>(const Node& connection, const Strategy&,
                                        const ConnectorContext&, Faults&)>
      make_source;  // empty: cannot be read from
  std::function<std::unique_ptr<Sink>(const Node& connection, const Strategy&,
                                      const ConnectorContext&, Faults&)>
      make_sink;  // empty: cannot be written to
  // Request fields of a source's strategy that are secret even when they were typed in plainly.
  std::vector<std::string> secret_fields{};
  std::vector<ConnectorApi> reads{};   // what a source may call
  std::vector<ConnectorApi> writes{};  // what a target may call
};

}  // namespace weir
