// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/error_handler.h"

#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace weir {
namespace {

using Operator = BodyPredicate::Operator;
using Action = ResponseFilter::Action;

std::optional<double> number_of(const std::string& text) {
  if (text.empty() || text.find_first_not_of("+-0123456789.eE") != std::string::npos) {
    return std::nullopt;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

bool same(const std::string& a, const std::string& b) {
  if (a == b) {
    return true;
  }
  const auto x = number_of(a);
  const auto y = number_of(b);
  return x && y && !(*x < *y) && !(*y < *x);
}

bool holds(const BodyPredicate& predicate, const Value* body) {
  const Value* found = body == nullptr ? nullptr : find_path(*body, predicate.path);
  if (found == nullptr || found->is_null()) {
    return false;
  }
  const std::string text = to_text(*found);
  const auto any = [&](auto&& match) {
    return std::any_of(predicate.operands.begin(), predicate.operands.end(), match);
  };
  switch (predicate.op) {
    case Operator::equals:
      return any([&](const std::string& operand) { return same(text, operand); });
    case Operator::not_equals:
      return !any([&](const std::string& operand) { return same(text, operand); });
    case Operator::starts_with:
      return any([&](const std::string& operand) { return text.starts_with(operand); });
    case Operator::contains:
      return any(
          [&](const std::string& operand) { return text.find(operand) != std::string::npos; });
    case Operator::exists:
      return true;
  }
  return false;
}

bool holds(const ResponseFilter& filter, const HttpClient::Response& response, const Value* body) {
  const auto& codes = filter.http_codes;
  if (!codes.empty() && std::find(codes.begin(), codes.end(), response.status) == codes.end()) {
    return false;
  }
  if (filter.body && !holds(*filter.body, body)) {
    return false;
  }
  if (filter.no_json && body != nullptr) {
    return false;
  }
  const auto& texts = filter.text_contains;
  return texts.empty() || std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
           return response.body.find(text) != std::string::npos;
         });
}

std::optional<std::chrono::milliseconds> retry_after(const HttpClient::Response& response) {
  const std::string* header = response.header("Retry-After");
  const auto seconds = header == nullptr ? std::nullopt : number_of(*header);
  if (!seconds || *seconds < 0 || *seconds > 86400) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
}

std::string text_at(const Value* body, const JsonPath& path) {
  const Value* found = body == nullptr || path.empty() ? nullptr : find_path(*body, path);
  return found == nullptr ? std::string() : to_text(*found);
}

// Of a body that names no message, on one line, so that a log line stays a line.
std::string beginning(std::string_view body) {
  std::string text = excerpt(body, 160);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char letter) { return letter < ' '; }, ' ');
  return text;
}

Error describe(const ErrorHandler& handler, const HttpClient::Response& response, const Value* body,
               ErrorKind kind, const std::string& advice) {
  Error error;
  error.kind = kind;
  const std::string code = text_at(body, handler.code_path);
  std::string message = text_at(body, handler.message_path);
  if (message.empty()) {
    message = response.body.empty() ? "no body" : "`" + beginning(response.body) + "`";
  }
  error.code = code.empty() ? std::to_string(response.status) : code;
  error.message = code.empty()
                      ? fmt::format("HTTP {}: {}", response.status, message)
                      : fmt::format("HTTP {}, code {}: {}", response.status, code, message);
  if (!advice.empty()) {
    error.message += "; " + advice;
  }
  error.retry_after = retry_after(response);
  return error;
}

ErrorKind kind_of_status(int status) {
  if (status == 401 || status == 403) {
    return ErrorKind::unauthorized;
  }
  if (status == 429) {
    return ErrorKind::throttled;
  }
  return status == 408 || status >= 500 ? ErrorKind::unavailable : ErrorKind::rejected;
}

BodyPredicate read_predicate(NodeReader& reader) {
  static const std::vector<std::pair<const char*, Operator>> operators{
      {"equals", Operator::equals},
      {"not_equals", Operator::not_equals},
      {"starts_with", Operator::starts_with},
      {"contains", Operator::contains}};
  BodyPredicate predicate;
  predicate.path = reader.path("path");
  for (const auto& [name, op] : operators) {
    auto operands = reader.texts(name);
    if (operands.empty()) {
      continue;
    }
    if (!predicate.operands.empty()) {
      reader.complain(nullptr, fmt::format("`{}` stands beside another comparison", name));
    }
    predicate.op = op;
    predicate.operands = std::move(operands);
  }
  return predicate;
}

void read_action(NodeReader& reader, ResponseFilter& filter) {
  static const std::vector<std::string> actions{"SUCCESS", "REFRESH_TOKEN_THEN_RETRY",
                                                "RATE_LIMITED", "RETRY", "FAIL"};
  static const std::vector<std::string> types{"rejected", "unauthorized", "exhausted", "corrupt",
                                              "invalid_config"};
  static const std::vector<ErrorKind> kinds{ErrorKind::rejected, ErrorKind::unauthorized,
                                            ErrorKind::exhausted, ErrorKind::corrupt,
                                            ErrorKind::invalid_config};
  const std::size_t action = reader.choice("action", actions, 4);
  const std::size_t type = reader.choice("failure_type", types, 0);
  filter.action = action == 0   ? Action::success
                  : action == 1 ? Action::refresh_token
                                : Action::fail;
  filter.kind = action == 1   ? ErrorKind::unauthorized
                : action == 2 ? ErrorKind::throttled
                : action == 3 ? ErrorKind::unavailable
                              : kinds[type];
}

ResponseFilter read_filter(const Node& node, Faults& faults) {
  NodeReader reader(node, "response filter", faults);
  ResponseFilter filter;
  for (const auto& code : reader.texts("http_codes")) {
    const auto number = number_of(code);
    if (!number || *number < 100 || *number > 599) {
      reader.complain(nullptr, "`http_codes` takes HTTP statuses, not `" + code + "`");
      continue;
    }
    filter.http_codes.push_back(static_cast<int>(*number));
  }
  BodyPredicate predicate = read_predicate(reader);
  if (!predicate.path.empty()) {
    filter.body = std::move(predicate);
  } else if (!predicate.operands.empty()) {
    reader.complain(nullptr, "a comparison needs `path`");
  }
  filter.text_contains = reader.texts("error_message_contains");
  filter.no_json = reader.flag("no_json");
  filter.wait = reader.duration("wait");
  filter.advice = reader.text("error_message");
  read_action(reader, filter);
  if (filter.http_codes.empty() && !filter.body && filter.text_contains.empty() &&
      !filter.no_json) {
    reader.complain(nullptr,
                    "holds for every answer: give http_codes, path, no_json or "
                    "error_message_contains");
  }
  return filter;
}

}  // namespace

Verdict judge(const ErrorHandler& handler, const HttpClient::Response& response,
              const Value* body) {
  for (const auto& filter : handler.filters) {
    if (!holds(filter, response, body)) {
      continue;
    }
    Verdict verdict{filter.action, {}};
    if (filter.action != Action::success) {
      verdict.error = describe(handler, response, body, filter.kind, filter.advice);
      if (!verdict.error.retry_after) {
        verdict.error.retry_after = filter.wait;
      }
    }
    return verdict;
  }
  if (response.status < 200 || response.status > 299) {
    return {Action::fail, describe(handler, response, body, kind_of_status(response.status), {})};
  }
  if (handler.success && body != nullptr && !holds(*handler.success, body)) {
    return {Action::fail, describe(handler, response, body, ErrorKind::rejected, {})};
  }
  return {};
}

ErrorHandler read_error_handler(const Node& node, Faults& faults) {
  NodeReader reader(node, "error_handler", faults);
  ErrorHandler handler;
  for (const Node* item : reader.items("response_filters")) {
    handler.filters.push_back(read_filter(*item, faults));
  }
  if (const Node* success = reader.child("success")) {
    NodeReader success_reader(*success, "error_handler.success", faults);
    handler.success = read_predicate(success_reader);
  }
  handler.message_path = reader.path("error_message_path");
  handler.code_path = reader.path("error_code_path");
  return handler;
}

}  // namespace weir
