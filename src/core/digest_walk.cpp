// SPDX-License-Identifier: Apache-2.0
#include "core/digest_walk.h"

#include "core/content_hash.h"
#include "core/json_walk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weir {

namespace json = simdjson::ondemand;
using json::json_type;
using simdjson::error_code;

// Two members of one name, or more names than are kept: the tree says what such a record comes to.
constexpr simdjson::error_code not_by_walking = simdjson::CAPACITY;

error_code DigestWalk::read(json::document& document, const char* begin, json::object raw,
                            RecordDigests& out) {
  constexpr int nowhere = std::numeric_limits<int>::max();
  std::fill(ranks_.begin(), ranks_.end(), nowhere);
  out.begin(ranks_.size());
  document_ = &document;
  begin_ = begin;
  std::uint64_t sum = 0;
  const auto error =
      shape_.values.empty() ? read_part(raw, 1, sum, out) : read_lifted(raw, sum, out);
  if (!error) {
    out.end(content_hash_of_object(sum), locates_);
  }
  return error;
}

error_code DigestWalk::read_lifted(json::object raw, std::uint64_t& sum, RecordDigests& out) {
  Name& envelope = names_.around();
  std::uint64_t around = 0;
  const auto error = visit_members(raw, envelope, [&](Name& known, json::value& value) {
    if (known.text != shape_.values) {
      return read_member(value, known, 1, around, out);
    }
    json::object values;
    const auto wrong = value.get_object().get(values);
    return wrong ? wrong : read_part(values, 2, sum, out);
  });
  if (!envelope.ignored) {
    sum += content_hash_of_member(envelope.hash, content_hash_of_object(around));
  }
  return error;
}

// What is around a record takes the place of a member of that name.
error_code DigestWalk::read_part(json::object from, int depth, std::uint64_t& sum,
                                 RecordDigests& out) {
  return visit_members(from, names_.record(), [&](Name& known, json::value& value) {
    std::uint64_t unused = 0;
    return !shape_.values.empty() && known.text == shape_.around
               ? hash(value, known, depth, unused)
               : read_member(value, known, depth, sum, out);
  });
}

error_code DigestWalk::read_member(json::value& from, Name& at, int depth, std::uint64_t& sum,
                                   RecordDigests& out) {
  std::uint64_t hashed = 0;
  const std::string_view token = from.raw_json_token();
  const auto error = digest_member(from, at, depth, hashed, out);
  sum += at.ignored ? 0 : content_hash_of_member(at.hash, hashed);
  return error || !at.selected ? error : locate(token, *at.selected, out);
}

error_code DigestWalk::digest_member(json::value& from, Name& at, int depth, std::uint64_t& hashed,
                                     RecordDigests& out) {
  if (at.asked.empty()) {
    return at.counted ? read_list(from, at, depth, hashed, out) : hash(from, at, depth, hashed);
  }
  std::string_view text;
  if (json_walk::is_text_in_place(from.raw_json_token(), text)) {
    hashed = content_hash_of_text(text);
    keep(at, text, out);
    return simdjson::SUCCESS;
  }
  Value value;
  const auto error = json_walk::read_value(from, depth, value);
  hashed = content_hash(value, shape_, at.path);
  if (at.counted && value.list() != nullptr) {
    out.add(ListLength{at.text, value.list()->size()});
  }
  keep(at, std::move(value), out);
  return error;
}

// Where the value that begins with this token stands, which has just been read.
error_code DigestWalk::locate(std::string_view token, MemberPlace place, RecordDigests& out) {
  const char* end = token.data() + token.size();
  if (token.front() == '{' || token.front() == '[') {  // up to whatever comes next
    if (const auto error = document_->current_location().get(end)) {
      return error;
    }
  }
  const auto text =
      json_walk::without_tail_blanks({token.data(), static_cast<std::size_t>(end - token.data())});
  place.offset = static_cast<std::uint32_t>(token.data() - begin_);
  place.length = static_cast<std::uint32_t>(text.size());
  out.add(place);
  return simdjson::SUCCESS;
}

// Whether what was found is to be kept: of what a name has led to so far it is the first.
bool DigestWalk::is_better(const AskedNames::Find& asked) {
  int& rank = ranks_[asked.name];
  if (asked.rank >= rank) {
    return false;
  }
  rank = asked.rank;
  return true;
}

// A text has no members.
void DigestWalk::keep(const Name& at, std::string_view text, RecordDigests& out) {
  for (const AskedNames::Find& asked : at.asked) {
    if (asked.path.empty() && is_better(asked)) {
      out.field(asked.name) = {text, {}};
    }
  }
}

void DigestWalk::keep(const Name& at, Value value, RecordDigests& out) {
  for (const AskedNames::Find& asked : at.asked) {
    const Value* found = asked.in(value);
    if (found != nullptr && is_better(asked)) {
      out.field(asked.name) = {{}, *found};
    }
  }
}

error_code DigestWalk::read_list(json::value& from, Name& at, int depth, std::uint64_t& hashed,
                                 RecordDigests& out) {
  if (from.type() != json_type::array) {
    return hash(from, at, depth, hashed);
  }
  std::size_t length = 0;
  const auto error = hash_list(from, at, depth, hashed, length);
  out.add(ListLength{at.text, length});
  return error;
}

template <typename Visit>
error_code DigestWalk::visit_members(json::object from, Name& at, const Visit& visit) {
  const std::uint64_t object = ++objects_;
  std::size_t next = 0;
  for (auto result : from) {
    if (const auto error = result.error()) {
      return error;
    }
    json::field& field = result.value_unsafe();
    Name* name = nullptr;
    if (const auto error = name_of(field, at, next, name)) {
      return error;
    }
    if (name->object == object) {
      return not_by_walking;
    }
    name->object = object;
    if (const auto error = visit(*name, field.value())) {
      return error;
    }
  }
  return simdjson::SUCCESS;
}

error_code DigestWalk::name_of(json::field& field, Name& at, std::size_t& next, Name*& out) {
  out = NameTree::expected(at, field.key().raw(), next);
  if (out != nullptr) {
    return simdjson::SUCCESS;
  }
  std::string_view text;
  if (const auto error = json_walk::read_name(field, text)) {
    return error;
  }
  out = names_.member(at, text, next);
  return out != nullptr ? simdjson::SUCCESS : not_by_walking;
}

error_code DigestWalk::hash(json::value& from, Name& at, int depth, std::uint64_t& out) {
  if (depth > json_walk::depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  error_code error = simdjson::SUCCESS;
  std::string_view text;
  bool boolean = false;
  std::size_t length = 0;
  switch (from.raw_json_token().front()) {
    case '"':
      error = json_walk::read_text(from, text);
      out = content_hash_of_text(text);
      break;
    case '{':
      error = hash_object(from, at, depth, out);
      break;
    case '[':
      error = hash_list(from, at, depth, out, length);
      break;
    case 't':
    case 'f':
      error = from.get_bool().get(boolean);
      out = content_hash_of_boolean(boolean);
      break;
    case 'n':
      error = json_walk::read_null(from);
      out = content_hash_of_null();
      break;
    default:
      error = json_walk::read_number(from, text);
      out = content_hash_of_number(text);
  }
  return error;
}

error_code DigestWalk::hash_object(json::value& from, Name& at, int depth, std::uint64_t& out) {
  json::object object;
  if (const auto error = from.get_object().get(object)) {
    return error;
  }
  std::uint64_t sum = 0;
  const auto error = visit_members(object, at, [&](Name& known, json::value& value) {
    std::uint64_t hashed = 0;
    const auto wrong = hash(value, known, depth + 1, hashed);
    sum += known.ignored ? 0 : content_hash_of_member(known.hash, hashed);
    return wrong;
  });
  out = content_hash_of_object(sum);
  return error;
}

error_code DigestWalk::hash_list(json::value& from, Name& at, int depth, std::uint64_t& out,
                                 std::size_t& length) {
  if (depth > json_walk::depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  json::array list;
  if (const auto error = from.get_array().get(list)) {
    return error;
  }
  std::uint64_t sum = 0;
  length = 0;
  for (auto item : list) {
    if (const auto error = item.error()) {
      return error;
    }
    std::uint64_t hashed = 0;
    if (const auto error = hash(item.value_unsafe(), at, depth + 1, hashed)) {
      return error;
    }
    sum = content_hash_of_items(sum, hashed, at.unordered);
    ++length;
  }
  out = content_hash_of_list(sum, length);
  return simdjson::SUCCESS;
}

}  // namespace weir
