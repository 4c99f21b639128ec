// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/node_reader.h"
#include "core/error.h"
#include "net/http_client.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What an answer means: Airbyte's error_handler and response_filters, with predicates on the body.

namespace weir {

// A condition on the answer's body. Values are compared as numbers when both sides are numbers,
// else as text: 200 is "200".
struct BodyPredicate {
  enum class Operator : std::uint8_t { equals, not_equals, starts_with, contains, exists };
  JsonPath path;
  Operator op = Operator::exists;
  std::vector<std::string> operands;  // any of them (not_equals: none of them)
};

// All conditions that are given must hold.
struct ResponseFilter {
  enum class Action : std::uint8_t { success, refresh_token, fail };
  std::vector<int> http_codes;  // empty: any
  std::optional<BodyPredicate> body;
  std::vector<std::string> text_contains;  // any of them, anywhere in the raw body; empty: all do
  bool no_json = false;                    // only an answer that is no JSON
  Action action = Action::fail;
  ErrorKind kind = ErrorKind::rejected;           // of fail
  std::optional<std::chrono::milliseconds> wait;  // before the next call, when the answer says none
  std::string advice;                             // for people: what to do about it
};

struct ErrorHandler {
  std::vector<ResponseFilter> filters;   // the first that holds decides
  std::optional<BodyPredicate> success;  // must hold for an answer that no filter decided
  JsonPath message_path;                 // of the system's own words
  JsonPath code_path;
};

struct Verdict {
  ResponseFilter::Action action = ResponseFilter::Action::success;
  Error error;  // of refresh_token and fail
};

// `body` is the parsed answer, nullptr when it is no JSON. Without a filter that holds: 401 and 403
// are `unauthorized`, 408, 429 and 5xx transient, other statuses than 2xx `rejected`.
Verdict judge(const ErrorHandler& handler, const HttpClient::Response& response, const Value* body);

ErrorHandler read_error_handler(const Node& node, Faults& faults);

}  // namespace weir
