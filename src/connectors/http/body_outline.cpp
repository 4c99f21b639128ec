// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/body_outline.h"

#include "core/digest_walk.h"
#include "core/json_walk.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <utility>

namespace weir {
namespace {

namespace json = simdjson::ondemand;

tl::unexpected<Error> no_json(simdjson::error_code code) {
  return fail(ErrorKind::corrupt,
              fmt::format("the answer is no JSON ({})", simdjson::error_message(code)));
}

constexpr std::size_t usual_items = 100;

// Walks a body to the list at a path, and through it. Every member on the way is looked at: of two
// with one name nobody knows which counts.
class OutlineWalk {
 public:
  OutlineWalk(std::string_view body, json::document& document, const JsonPath& path,
              DigestWalk* digests)
      : body_(body), document_(document), path_(path), digests_(digests) {}

  BodyOutline outline;
  std::string_view list;  // the text of the list, once it is found

  simdjson::error_code walk();
  bool named_twice() const { return named_twice_; }

 private:
  template <typename V>
  simdjson::error_code enter(V&& value, std::size_t step);
  simdjson::error_code enter_object(json::object object, std::size_t step);
  simdjson::error_code enter_array(json::array array, std::size_t step);
  simdjson::error_code take_list(json::array array, const char* begin);
  simdjson::error_code take_item(json::value& item);
  std::string_view text_from(const char* begin);

  const std::string_view body_;
  json::document& document_;
  const JsonPath& path_;
  DigestWalk* const digests_;
  bool named_twice_ = false;
};

simdjson::error_code OutlineWalk::walk() { return enter(document_, 0); }

template <typename V>
simdjson::error_code OutlineWalk::enter(V&& value, std::size_t step) {
  json::json_type type{};
  if (const auto code = value.type().get(type)) {
    return code;
  }
  if (type == json::json_type::object && step < path_.size()) {
    json::object object;
    const auto code = value.get_object().get(object);
    return code ? code : enter_object(object, step);
  }
  if (type != json::json_type::array) {
    return simdjson::SUCCESS;
  }
  const char* begin = nullptr;
  json::array array;
  if (const auto code = document_.current_location().get(begin)) {
    return code;
  }
  if (const auto code = value.get_array().get(array)) {
    return code;
  }
  return step < path_.size() ? enter_array(array, step) : take_list(array, begin);
}

simdjson::error_code OutlineWalk::enter_object(json::object object, std::size_t step) {
  bool seen = false;
  return json_walk::visit_members(object, [&](std::string_view name, json::value& value) {
    if (name != path_[step]) {
      return simdjson::SUCCESS;
    }
    named_twice_ = named_twice_ || seen;
    return std::exchange(seen, true) ? simdjson::SUCCESS : enter(value, step + 1);
  });
}

simdjson::error_code OutlineWalk::enter_array(json::array array, std::size_t step) {
  const std::string& digits = path_[step];
  std::size_t wanted = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return simdjson::SUCCESS;
  }
  std::size_t index = 0;
  for (auto element : array) {
    if (const auto code = element.error()) {
      return code;
    }
    if (const auto code =
            index++ == wanted ? enter(element.value_unsafe(), step + 1) : simdjson::SUCCESS) {
      return code;
    }
  }
  return simdjson::SUCCESS;
}

simdjson::error_code OutlineWalk::take_list(json::array array, const char* begin) {
  outline.found = true;
  outline.items.reserve(usual_items);
  if (digests_ != nullptr) {
    outline.digests.reserve(usual_items, digests_->fields());
  }
  for (auto element : array) {
    if (const auto code = element.error()) {
      return code;
    }
    if (const auto code = take_item(element.value_unsafe())) {
      return code;
    }
  }
  list = text_from(begin);
  return simdjson::SUCCESS;
}

simdjson::error_code OutlineWalk::take_item(json::value& item) {
  const std::string_view token = item.raw_json_token();
  std::string_view text = json_walk::without_tail_blanks(token);
  simdjson::error_code code = simdjson::SUCCESS;
  if (token.front() == '{') {
    json::object object;
    code = item.get_object().get(object);
    if (!code && digests_ != nullptr) {
      code = digests_->read(document_, token.data(), object, outline.digests);
    } else if (!code) {
      code = object.raw_json().get(text);
    }
    text = text_from(token.data());
  } else if (token.front() == '[') {
    json::array array;
    code = item.get_array().get(array);
    code = code ? code : array.raw_json().get(text);
    text = text_from(token.data());
  }
  outline.items.emplace_back(static_cast<std::size_t>(text.data() - body_.data()), text.size());
  return code;
}

// What has just been passed, up to whatever comes next.
std::string_view OutlineWalk::text_from(const char* begin) {
  const char* end = nullptr;
  if (document_.current_location().get(end)) {
    end = body_.data() + body_.size();
  }
  return json_walk::without_tail_blanks({begin, static_cast<std::size_t>(end - begin)});
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

// A body has its thread's parser, whose memory is kept unless the body was a huge one.
simdjson::simdjson_result<json::document> parse_in_place(std::string& body) {
  constexpr std::size_t kept_max = std::size_t{4} << 20U;
  thread_local json::parser parser;
  if (parser.capacity() > kept_max) {
    parser = json::parser();
  }
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  return parser.iterate(body.data(), body.size(), body.size() + simdjson::SIMDJSON_PADDING);
}

}  // namespace

Result<BodyOutline> outline_body(std::string& body, const JsonPath& path,
                                 RecordDigester* digester) {
  json::document document;
  if (const auto code = parse_in_place(body).get(document)) {
    return no_json(code);
  }
  OutlineWalk walk(body, document, path, digester != nullptr ? &digester->walk() : nullptr);
  const auto code = walk.walk();
  if (code && digester != nullptr) {
    return outline_body(body, path);
  }
  if (walk.named_twice()) {
    return fail(ErrorKind::corrupt,
                fmt::format("the answer names a part of `{}` twice", fmt::join(path, ".")));
  }
  if (code) {
    return no_json(code);
  }
  if (walk.outline.digests.size() != walk.outline.items.size()) {
    walk.outline.digests.clear();
  }
  WEIR_CHECK(parse_envelope(body, walk.list, walk.outline));
  return std::move(walk.outline);
}

Result<std::pair<std::size_t, std::size_t>> locate_list(std::string_view text,
                                                        const JsonPath& path) {
  std::string body(text);
  json::document document;
  if (const auto code = parse_in_place(body).get(document)) {
    return no_json(code);
  }
  OutlineWalk walk(body, document, path, nullptr);
  if (const auto code = walk.walk()) {
    return no_json(code);
  }
  if (!walk.outline.found || walk.named_twice()) {
    return fail(ErrorKind::rejected,
                fmt::format("there is no one list `{}`", fmt::join(path, ".")));
  }
  return std::pair(static_cast<std::size_t>(walk.list.data() - body.data()), walk.list.size());
}

}  // namespace weir
