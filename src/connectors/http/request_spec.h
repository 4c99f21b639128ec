// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/digest.h"
#include "connectors/http/error_handler.h"
#include "connectors/http/node_reader.h"
#include "connectors/http/request_template.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The request part of a connector file, read and compiled: Airbyte's requester, plus JSON strings
// inside bodies and signers. Immutable after reading.

namespace weir {

enum class RequestPlace : std::uint8_t { parameter, header, body };

// Where a value goes: a name, or a path into the body.
struct FieldPlace {
  RequestPlace into = RequestPlace::body;
  JsonPath path;
};

struct Injection {
  FieldPlace place;
  ValueTemplate value;  // no value: left out
};

using NamedTemplates = std::vector<std::pair<std::string, RequestTemplate>>;

// collect -> sort -> join -> wrap -> lower -> digest -> encode -> place. Runs last, over the exact
// values that are sent, anew for every attempt.
struct Signer {
  enum class Sort : std::uint8_t { none, key, value };
  enum class Encoding : std::uint8_t { hex, upper_hex, base64, base64_of_hex, url };

  std::string name;                     // later templates read it as signature.<name>
  std::optional<RequestTemplate> text;  // what is signed; else it is collected:
  std::vector<RequestPlace> collect;
  NamedTemplates values;             // collected besides
  std::string body_as;               // collects the whole body under this name; empty: not
  std::vector<std::string> exclude;  // names
  Sort sort = Sort::key;             // by bytes
  std::string pair = "{key}{value}";
  std::string separator;
  RequestTemplate prefix;
  RequestTemplate suffix;
  bool lower = false;
  DigestKind digest = DigestKind::md5;
  RequestTemplate key;
  std::vector<Encoding> encode;
  std::optional<FieldPlace> place;
};

struct Requester {
  enum class Body : std::uint8_t { none, json, form, text };

  RequestTemplate url_base;
  RequestTemplate path;
  std::string method = "GET";
  NamedTemplates headers;
  NamedTemplates parameters;
  Body body = Body::none;
  ValueTemplate body_tree;             // json and form
  RequestTemplate body_text;           // text
  std::vector<JsonPath> json_strings;  // parts of the body that are sent as a text holding JSON
  std::vector<Signer> signers;
  ErrorHandler errors;
  std::chrono::milliseconds timeout{std::chrono::seconds(60)};
};

Requester read_requester(const Node& node, const TemplateNames& names, Faults& faults);

// `{inject_into: …, field_name: … | field_path: […]}`; the reader may know further names.
FieldPlace read_place(NodeReader& reader, RequestPlace fallback);

}  // namespace weir
