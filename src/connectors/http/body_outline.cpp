// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/body_outline.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>

namespace weir {
namespace {

namespace json = simdjson::ondemand;

tl::unexpected<Error> no_json(simdjson::error_code code) {
  return fail(ErrorKind::corrupt,
              fmt::format("the answer is no JSON ({})", simdjson::error_message(code)));
}

// The raw text of a value, whatever it is.
simdjson::simdjson_result<std::string_view> raw_text(json::value value) {
  json::json_type type{};
  if (const auto code = value.type().get(type)) {
    return code;
  }
  if (type == json::json_type::object) {
    json::object object;
    if (const auto code = value.get_object().get(object)) {
      return code;
    }
    return object.raw_json();
  }
  if (type == json::json_type::array) {
    json::array array;
    if (const auto code = value.get_array().get(array)) {
      return code;
    }
    return array.raw_json();
  }
  return value.raw_json_token();
}

std::string_view without_trailing_space(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// Two members of one name on the way to the records: nobody knows which of them counts.
simdjson::error_code check_named_once(json::object& object, std::string_view wanted) {
  int seen = 0;
  for (auto result : object) {
    json::field field;
    std::string_view name;
    if (const auto code = std::move(result).get(field)) {
      return code;
    }
    if (const auto code = field.unescaped_key().get(name)) {
      return code;
    }
    seen += name == wanted ? 1 : 0;
  }
  if (seen > 1) {
    return simdjson::INCORRECT_TYPE;
  }
  bool any = false;
  return object.reset().get(any);
}

// The list at the path; NO_SUCH_FIELD when there is none.
template <typename V>
simdjson::error_code find_list(V&& value, const JsonPath& path, std::size_t step,
                               json::array& list) {
  json::json_type type{};
  if (const auto code = value.type().get(type)) {
    return code;
  }
  if (step == path.size()) {
    return type == json::json_type::array ? value.get_array().get(list) : simdjson::NO_SUCH_FIELD;
  }
  json::value next;
  if (type == json::json_type::object) {
    json::object object;
    if (const auto code = value.get_object().get(object)) {
      return code;
    }
    if (const auto code = check_named_once(object, path[step])) {
      return code;
    }
    if (const auto code = object.find_field_unordered(path[step]).get(next)) {
      return code;
    }
  } else if (type == json::json_type::array) {
    const std::string& digits = path[step];
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    json::array array;
    if (error != std::errc() || end != digits.data() + digits.size() ||
        value.get_array().get(array)) {
      return simdjson::NO_SUCH_FIELD;
    }
    if (array.at(index).get(next)) {
      return simdjson::NO_SUCH_FIELD;
    }
  } else {
    return simdjson::NO_SUCH_FIELD;
  }
  return find_list(next, path, step + 1, list);
}

simdjson::error_code collect_items(json::array& list, const std::string& body,
                                   BodyOutline& outline) {
  for (auto element : list) {
    json::value value;
    if (const auto code = element.get(value)) {
      return code;
    }
    std::string_view text;
    if (const auto code = raw_text(value).get(text)) {
      return code;
    }
    text = without_trailing_space(text);
    outline.items.emplace_back(static_cast<std::size_t>(text.data() - body.data()), text.size());
  }
  return simdjson::SUCCESS;
}

Result<void> parse_envelope(const std::string& body, std::string_view list, BodyOutline& outline) {
  std::string text;
  if (!outline.found) {
    text = body;
  } else {
    const auto begin = static_cast<std::size_t>(list.data() - body.data());
    std::string first = "[";
    if (!outline.items.empty()) {
      first.append(body, outline.items.front().first, outline.items.front().second);
    }
    text = body.substr(0, begin) + first + "]" + body.substr(begin + list.size());
  }
  auto envelope = parse_json(text);
  if (!envelope && envelope.error().kind == ErrorKind::rejected && outline.found) {
    // The first item is nested too deep, and fails alone later.
    const auto begin = static_cast<std::size_t>(list.data() - body.data());
    envelope = parse_json(body.substr(0, begin) + "[]" + body.substr(begin + list.size()));
  }
  WEIR_TRY(outline.envelope, std::move(envelope));
  return {};
}

}  // namespace

Result<BodyOutline> outline_body(std::string& body, const JsonPath& path) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  json::parser parser;
  json::document document;
  if (const auto code =
          parser.iterate(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING)
              .get(document)) {
    return no_json(code);
  }
  BodyOutline outline;
  json::array list;
  std::string_view list_text;
  const auto sought = find_list(document, path, 0, list);
  if (sought == simdjson::INCORRECT_TYPE) {
    return fail(ErrorKind::corrupt,
                fmt::format("the answer names a part of `{}` twice", fmt::join(path, ".")));
  }
  outline.found = sought == simdjson::SUCCESS;
  if (outline.found) {
    bool empty = false;
    if (const auto code = list.raw_json().get(list_text)) {
      return no_json(code);
    }
    list_text = without_trailing_space(list_text);
    if (const auto code = list.reset().get(empty)) {
      return no_json(code);
    }
    if (const auto code = collect_items(list, body, outline)) {
      return no_json(code);
    }
  }
  WEIR_CHECK(parse_envelope(body, list_text, outline));
  return outline;
}

Result<std::pair<std::size_t, std::size_t>> locate_list(std::string_view text,
                                                        const JsonPath& path) {
  std::string padded(text);
  padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  json::parser parser;
  json::document document;
  json::array list;
  std::string_view found;
  auto code = parser.iterate(padded.data(), padded.size(), padded.capacity()).get(document);
  if (!code) {
    code = find_list(document, path, 0, list);
  }
  if (code == simdjson::NO_SUCH_FIELD || code == simdjson::INCORRECT_TYPE) {
    return fail(ErrorKind::rejected,
                fmt::format("there is no one list `{}`", fmt::join(path, ".")));
  }
  if (code || list.raw_json().get(found)) {
    return no_json(code);
  }
  found = without_trailing_space(found);
  return std::pair(static_cast<std::size_t>(found.data() - padded.data()), found.size());
}

}  // namespace weir
