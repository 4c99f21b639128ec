// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/body_outline.h"

#include "core/digest_walk.h"
#include "core/json_walk.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace weir {
namespace {

using simdjson::error_code;

tl::unexpected<Error> no_json(error_code code) {
  return fail(ErrorKind::corrupt,
              fmt::format("the answer is no JSON ({})", simdjson::error_message(code)));
}

constexpr std::size_t usual_items = 100;

// Walks a body to the list at a path, and through it. Every member on the way is looked at: of two
// with one name nobody knows which counts.
class OutlineWalk {
 public:
  OutlineWalk(std::string_view body, JsonCursor& json, const JsonPath& path, DigestWalk* digests)
      : body_(body), json_(json), path_(path), digests_(digests) {}

  BodyOutline outline;
  std::string_view list;  // the text of the list, once it is found

  error_code walk() { return enter(0); }
  bool named_twice() const { return named_twice_; }

 private:
  error_code enter(std::size_t step);
  error_code enter_object(std::size_t step);
  error_code enter_array(std::size_t step);
  error_code take_list();
  error_code take_item();

  const std::string_view body_;
  JsonCursor& json_;
  const JsonPath& path_;
  DigestWalk* const digests_;
  bool named_twice_ = false;
};

error_code OutlineWalk::enter(std::size_t step) {
  const char first = json_.next();
  if (first == '{' && step < path_.size()) {
    return enter_object(step);
  }
  if (first == '[') {
    return step < path_.size() ? enter_array(step) : take_list();
  }
  return json_.pass_value();
}

error_code OutlineWalk::enter_object(std::size_t step) {
  bool seen = false;
  return json_.each_member([&] {
    std::string_view name;
    if (const auto code = json_.read_name(name)) {
      return code;
    }
    if (name != path_[step]) {
      return json_.pass_value();
    }
    named_twice_ = named_twice_ || seen;
    return std::exchange(seen, true) ? json_.pass_value() : enter(step + 1);
  });
}

error_code OutlineWalk::enter_array(std::size_t step) {
  const std::string& digits = path_[step];
  std::size_t wanted = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return json_.pass_value();
  }
  std::size_t index = 0;
  return json_.each_item([&] { return index++ == wanted ? enter(step + 1) : json_.pass_value(); });
}

error_code OutlineWalk::take_list() {
  const char* const begin = json_.position();
  outline.found = true;
  outline.items.reserve(usual_items);
  if (digests_ != nullptr) {
    outline.digests.reserve(usual_items, digests_->fields());
  }
  const auto code = json_.each_item([&] { return take_item(); });
  list = json_.passed(begin);
  return code;
}

error_code OutlineWalk::take_item() {
  const char* const begin = json_.position();
  const bool digested = digests_ != nullptr && json_.next() == '{';
  const auto code = digested ? digests_->read(json_, outline.digests) : json_.pass_value();
  outline.items.emplace_back(static_cast<std::size_t>(begin - body_.data()),
                             json_.passed(begin).size());
  return code;
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

// Of whoever has no digester.
JsonCursor& own_cursor() {
  thread_local JsonCursor json;
  return json;
}

error_code begin(JsonCursor& json, std::string& body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  return json.begin(body);
}

}  // namespace

Result<BodyOutline> outline_body(std::string& body, const JsonPath& path,
                                 RecordDigester* digester) {
  JsonCursor& json = digester != nullptr ? digester->cursor() : own_cursor();
  if (const auto code = begin(json, body)) {
    return no_json(code);
  }
  OutlineWalk walk(body, json, path, digester != nullptr ? &digester->walk() : nullptr);
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
  JsonCursor& json = own_cursor();
  if (const auto code = begin(json, body)) {
    return no_json(code);
  }
  OutlineWalk walk(body, json, path, nullptr);
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
