// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/request_builder.h"

#include "connectors/http/digest.h"
#include "connectors/http/signature.h"
#include "core/time_zone.h"
#include "net/url_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace weir {
namespace {

std::string random_uuid() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string bytes(16, '\0');
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = random();
    for (std::size_t i = 0; i < 8; ++i, bits >>= 8U) {
      bytes[half * 8 + i] = static_cast<char>(bits & 0xFFU);
    }
  }
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  const std::string hex = hex_encode(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

// The value at the path, made of objects where there is nothing yet; nullptr: a step leads into
// something that has no members.
Value* open_path(Value& value, const JsonPath& path, bool create) {
  Value* at = &value;
  for (const auto& step : path) {
    if (List* list = at->list()) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
      if (error != std::errc() || end != step.data() + step.size() || index >= list->size()) {
        return nullptr;
      }
      at = &(*list)[index];
      continue;
    }
    if ((!at->is_null() && at->object() == nullptr) || (!create && at->member(step) == nullptr)) {
      return nullptr;
    }
    if (at->member(step) == nullptr) {
      at->set(step, Value());
    }
    auto& members = *at->object();
    at = &std::find_if(members.begin(), members.end(), [&](const auto& member) {
            return member.first == step;
          })->second;
  }
  return at;
}

void set_named(std::vector<std::pair<std::string, std::string>>& list, const std::string& name,
               std::string value) {
  for (auto& [key, present] : list) {
    if (key == name) {
      present = std::move(value);
      return;
    }
  }
  list.emplace_back(name, std::move(value));
}

Result<void> put(RequestParts& parts, const FieldPlace& place, Value value) {
  if (place.into == RequestPlace::parameter) {
    set_named(parts.parameters, place.path.back(), to_text(value));
    return {};
  }
  if (place.into == RequestPlace::header) {
    set_named(parts.headers, place.path.back(), to_text(value));
    return {};
  }
  Value* target = open_path(parts.body, place.path, true);
  if (target == nullptr) {
    return fail(ErrorKind::rejected,
                fmt::format("the request's body has no place `{}`", fmt::join(place.path, ".")));
  }
  *target = std::move(value);
  return {};
}

Result<void> evaluate_named(const NamedTemplates& templates, const RequestScope& scope,
                            std::vector<std::pair<std::string, std::string>>& into) {
  for (const auto& [name, text] : templates) {
    WEIR_TRY(const Value value, text.evaluate(scope));
    if (!value.is_null()) {
      set_named(into, name, to_text(value));
    }
  }
  return {};
}

std::string encode_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string encoded;
  for (const auto& [name, value] : fields) {
    encoded += (encoded.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  }
  return encoded;
}

std::string body_bytes(const Requester& requester, const RequestParts& parts) {
  switch (requester.body) {
    case Requester::Body::json:
      return to_json(parts.body);
    case Requester::Body::form: {
      std::vector<std::pair<std::string, std::string>> fields;
      for (const auto& [name, value] : *parts.body.object()) {
        fields.emplace_back(name, to_text(value));
      }
      return encode_fields(fields);
    }
    case Requester::Body::text:
      return parts.body_text;
    case Requester::Body::none:
      break;
  }
  return {};
}

// A text that stands there already is taken to be the JSON itself.
void make_json_strings(const std::vector<JsonPath>& paths, Value& body) {
  for (const auto& path : paths) {
    Value* value = open_path(body, path, false);
    if (value != nullptr && !value->is_null() && value->text() == nullptr) {
      *value = Value(to_json(*value));
    }
  }
}

Result<RequestParts> assemble(const Requester& requester, const std::vector<PlacedValue>& placed,
                              const RequestScope& scope) {
  RequestParts parts;
  WEIR_TRY(const std::string base, requester.url_base.evaluate_text(scope));
  WEIR_TRY(const std::string path, requester.path.evaluate_text(scope));
  const bool slash = base.ends_with('/') || path.starts_with('/') || path.empty();
  parts.url =
      (base.ends_with('/') && path.starts_with('/') ? base.substr(0, base.size() - 1) : base) +
      (slash ? "" : "/") + path;
  WEIR_CHECK(evaluate_named(requester.parameters, scope, parts.parameters));
  WEIR_CHECK(evaluate_named(requester.headers, scope, parts.headers));
  parts.body = Object{};
  if (requester.body == Requester::Body::json || requester.body == Requester::Body::form) {
    WEIR_TRY(parts.body, requester.body_tree.evaluate(scope));
  } else if (requester.body == Requester::Body::text) {
    WEIR_TRY(parts.body_text, requester.body_text.evaluate_text(scope));
  }
  for (const auto& each : placed) {
    WEIR_CHECK(put(parts, each.place, each.value));
  }
  make_json_strings(requester.json_strings, parts.body);
  return parts;
}

std::string path_of(std::string_view url) {
  const std::size_t host = url.find("://");
  const std::size_t slash = host == std::string_view::npos ? 0 : url.find('/', host + 3);
  return slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
}

Result<void> add_signatures(const Requester& requester, RequestParts& parts, RequestScope& scope) {
  const Value* context = scope.find({"request"});
  Value request = context == nullptr ? Value(Object{}) : *context;
  request.set("method", requester.method);
  request.set("path", path_of(parts.url));
  Value signatures{Object{}};
  for (const auto& signer : requester.signers) {
    parts.body_text = body_bytes(requester, parts);
    request.set("body", parts.body_text);
    scope.set("request", request);
    scope.set("signature", signatures);
    WEIR_TRY(std::string signature, sign(signer, parts, scope));
    if (signer.place) {
      WEIR_CHECK(put(parts, *signer.place, Value(signature)));
    }
    signatures.set(signer.name, Value(std::move(signature)));
  }
  return {};
}

std::string_view content_type(Requester::Body body) {
  return body == Requester::Body::json   ? "application/json; charset=utf-8"
         : body == Requester::Body::form ? "application/x-www-form-urlencoded;charset=UTF-8"
         : body == Requester::Body::text ? "text/plain; charset=utf-8"
                                         : "";
}

}  // namespace

void set_request_context(RequestScope& scope, const Clock& clock) {
  const std::int64_t now_ms = clock.now().time_since_epoch().count();
  Value request{Object{}};
  request.set("now", Value(format_utc(clock.now())));
  request.set("now_ms", Value(now_ms));
  request.set("now_s", Value(now_ms / 1000));
  std::string uuid = random_uuid();
  std::string nonce = uuid;
  std::erase(nonce, '-');
  request.set("uuid", Value(std::move(uuid)));
  request.set("nonce", Value(std::move(nonce)));
  scope.set("request", std::move(request));
}

Result<HttpClient::Request> build_request(const Requester& requester,
                                          const std::vector<PlacedValue>& placed,
                                          RequestScope& scope) {
  WEIR_TRY(RequestParts parts, assemble(requester, placed, scope));
  WEIR_CHECK(add_signatures(requester, parts, scope));
  HttpClient::Request request;
  request.method = requester.method;
  request.url = parts.url;
  if (!parts.parameters.empty()) {
    request.url +=
        (parts.url.find('?') == std::string::npos ? "?" : "&") + encode_fields(parts.parameters);
  }
  request.headers = std::move(parts.headers);
  const auto given = [&](std::string_view name) {
    return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
      return header.first.size() == name.size() &&
             std::equal(name.begin(), name.end(), header.first.begin(),
                        [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    });
  };
  if (!given("accept")) {
    request.headers.emplace_back("accept", "application/json");
  }
  if (requester.body != Requester::Body::none && !given("content-type")) {
    request.headers.emplace_back("content-type", std::string(content_type(requester.body)));
  }
  request.body = body_bytes(requester, parts);
  request.timeout = requester.timeout;
  return request;
}

}  // namespace weir
