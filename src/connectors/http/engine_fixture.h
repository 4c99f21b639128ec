// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/http_connector.h"
#include "connectors/http/scripted_http_client.h"
#include "core/clock.h"
#include "spec/strategy_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace weir::http_test {

class PlainReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

inline Node yaml(std::string_view text) {
  Faults faults;
  Node node = read_document(text, "test.yaml", PlainReferences(), faults);
  for (const auto& fault : faults) {
    ADD_FAILURE() << to_string(fault);
  }
  return node;
}

// A connector file with a scripted other side.
class Engine {
 public:
  explicit Engine(std::string_view file, Timestamp now) : clock(now) {
    Faults found;
    auto read = read_connector_file(file, "connector.yaml", found);
    for (const auto& fault : found) {
      ADD_FAILURE() << to_string(fault);
    }
    connector = make_http_connector(read, http);
  }
  Engine(Connector made, std::shared_ptr<ScriptedHttpClient> client, Timestamp now)
      : clock(now), http(std::move(client)), connector(std::move(made)) {}

  std::unique_ptr<Source> source(std::string_view connection, std::string_view strategy) {
    faults.clear();
    ConnectorContext context{"Asia/Shanghai", "receipts", "", &clock};
    const Strategy read = read_strategy(yaml(strategy), true, faults);
    return connector.make_source(yaml(connection), read, context, faults);
  }
  std::string said() const {
    std::string text;
    for (const auto& fault : faults) {
      text += to_string(fault) + "\n";
    }
    return text;
  }

  ManualClock clock;
  std::shared_ptr<ScriptedHttpClient> http = std::make_shared<ScriptedHttpClient>();
  Connector connector;
  Faults faults;
};

inline PageRequest page_request(WindowKind kind, const char* from, const char* to,
                                std::int64_t number = 1) {
  PageRequest request;
  request.window.kind = kind;
  if (from != nullptr) {
    request.window.from = parse_day(from).value();
  }
  if (to != nullptr) {
    request.window.to = parse_day(to).value();
  }
  request.number = number;
  return request;
}

inline Timestamp at_seconds(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(seconds));
}

}  // namespace weir::http_test
