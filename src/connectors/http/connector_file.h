// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/stream_spec.h"
#include "spec/spec.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A connector file, read and compiled: one outside system that speaks HTTP. The reference of the
// format is docs/connector-files.md. Immutable, shared by all that is made from it.

namespace weir {

struct LoginStep {
  Requester requester;
  std::vector<std::pair<std::string, JsonPath>> extract;  // login.<name> from the answer
};

// Several values from one login, or from several calls one after the other.
struct Authenticator {
  std::vector<LoginStep> steps;
  JsonPath life_path;  // seconds, in the last step's answer; empty: `life`
  std::chrono::seconds life{7200};
};

struct CallRates {
  std::optional<double> per_second;
  std::optional<std::int64_t> per_minute;
  std::optional<std::int64_t> per_month;
};

struct ConnectorFile {
  std::string name;
  std::string title;
  SpecTable settings;        // of the connection: the file's own and the engine's
  std::string zone;          // of the system's dates; empty: the connection's, the workspace's
  NamedTemplates variables;  // computed in order before each request
  RequestTemplate account;   // calls of one account share one budget
  std::optional<Authenticator> authenticator;
  CallRates budget;
  std::vector<Stream> streams;
};

// Reads the file's text; `name` stands in messages. Gives nothing if a fault is an error.
std::shared_ptr<const ConnectorFile> read_connector_file(std::string_view text,
                                                         const std::string& name, Faults& faults);

}  // namespace weir
