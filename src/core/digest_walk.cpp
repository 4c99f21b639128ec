// SPDX-License-Identifier: Apache-2.0
#include "core/digest_walk.h"

#include "core/content_hash.h"
#include "core/json_walk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weir {

using simdjson::error_code;

// Two members of one name, or more names than are kept: the tree says what such a record comes to.
constexpr error_code not_by_walking = simdjson::CAPACITY;

error_code DigestWalk::read(JsonCursor& json, RecordDigests& out) {
  constexpr int nowhere = std::numeric_limits<int>::max();
  std::fill(ranks_.begin(), ranks_.end(), nowhere);
  out.begin(ranks_.size());
  json_ = &json;
  begin_ = json.position();
  std::uint64_t sum = 0;
  const auto error = shape_.values.empty() ? read_part(1, sum, out) : read_lifted(sum, out);
  if (!error) {
    out.end(content_hash_of_object(sum), locates_);
  }
  return error;
}

error_code DigestWalk::read_lifted(std::uint64_t& sum, RecordDigests& out) {
  Name& envelope = names_.around();
  std::uint64_t around = 0;
  const auto error = visit_members(envelope, [&](Name& known) {
    return known.text == shape_.values ? read_part(2, sum, out)
                                       : read_member(known, 1, around, out);
  });
  if (!envelope.ignored) {
    sum += content_hash_of_member(envelope.hash, content_hash_of_object(around));
  }
  return error;
}

// What is around a record takes the place of a member of that name.
error_code DigestWalk::read_part(int depth, std::uint64_t& sum, RecordDigests& out) {
  return visit_members(names_.record(), [&](Name& known) {
    std::uint64_t unused = 0;
    return !shape_.values.empty() && known.text == shape_.around
               ? hash(known, depth, unused)
               : read_member(known, depth, sum, out);
  });
}

error_code DigestWalk::read_member(Name& at, int depth, std::uint64_t& sum, RecordDigests& out) {
  std::uint64_t hashed = 0;
  const char* const begin = json_->position();
  const auto error = digest_member(at, depth, hashed, out);
  sum += at.ignored ? 0 : content_hash_of_member(at.hash, hashed);
  if (!error && at.selected) {
    locate(begin, *at.selected, out);
  }
  return error;
}

error_code DigestWalk::digest_member(Name& at, int depth, std::uint64_t& hashed,
                                     RecordDigests& out) {
  if (at.asked.empty()) {
    return at.counted ? read_list(at, depth, hashed, out) : hash(at, depth, hashed);
  }
  if (json_->is_plain_text()) {
    std::string_view text;
    const auto error = json_->read_text(text);
    hashed = content_hash_of_text(text);
    keep(at, text, out);
    return error;
  }
  Value value;
  const auto error = json_walk::read_value(*json_, depth, value);
  hashed = content_hash(value, shape_, at.path);
  if (at.counted && value.list() != nullptr) {
    out.add(ListLength{at.text, value.list()->size()});
  }
  keep(at, std::move(value), out);
  return error;
}

// Where the value stands that begins there and has just been read.
void DigestWalk::locate(const char* begin, MemberPlace place, RecordDigests& out) {
  place.offset = static_cast<std::uint32_t>(begin - begin_);
  place.length = static_cast<std::uint32_t>(json_->passed(begin).size());
  out.add(place);
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

error_code DigestWalk::read_list(Name& at, int depth, std::uint64_t& hashed, RecordDigests& out) {
  if (json_->next() != '[') {
    return hash(at, depth, hashed);
  }
  std::size_t length = 0;
  const auto error = hash_list(at, depth, hashed, length);
  out.add(ListLength{at.text, length});
  return error;
}

template <typename Visit>
error_code DigestWalk::visit_members(Name& at, const Visit& visit) {
  const std::uint64_t object = ++objects_;
  std::size_t next = 0;
  return json_->each_member([&] {
    std::string_view text;
    if (const auto error = json_->read_name(text)) {
      return error;
    }
    Name* const name = names_.member(at, text, next);
    if (name == nullptr || name->object == object) {
      return not_by_walking;
    }
    name->object = object;
    return visit(*name);
  });
}

error_code DigestWalk::hash(Name& at, int depth, std::uint64_t& out) {
  if (depth > json_walk::depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  error_code error = simdjson::SUCCESS;
  std::string_view text;
  bool boolean = false;
  std::size_t length = 0;
  switch (json_->next()) {
    case '"':
      error = json_->read_text(text);
      out = content_hash_of_text(text);
      break;
    case '{':
      error = hash_object(at, depth, out);
      break;
    case '[':
      error = hash_list(at, depth, out, length);
      break;
    case 't':
    case 'f':
      error = json_->read_boolean(boolean);
      out = content_hash_of_boolean(boolean);
      break;
    case 'n':
      error = json_->read_null();
      out = content_hash_of_null();
      break;
    default:
      error = json_->read_number(text);
      out = content_hash_of_number(text);
  }
  return error;
}

error_code DigestWalk::hash_object(Name& at, int depth, std::uint64_t& out) {
  std::uint64_t sum = 0;
  const auto error = visit_members(at, [&](Name& known) {
    std::uint64_t hashed = 0;
    const auto wrong = hash(known, depth + 1, hashed);
    sum += known.ignored ? 0 : content_hash_of_member(known.hash, hashed);
    return wrong;
  });
  out = content_hash_of_object(sum);
  return error;
}

error_code DigestWalk::hash_list(Name& at, int depth, std::uint64_t& out, std::size_t& length) {
  if (depth > json_walk::depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  std::uint64_t sum = 0;
  length = 0;
  const auto error = json_->each_item([&] {
    std::uint64_t hashed = 0;
    const auto wrong = hash(at, depth + 1, hashed);
    sum = content_hash_of_items(sum, hashed, at.unordered);
    ++length;
    return wrong;
  });
  out = content_hash_of_list(sum, length);
  return error;
}

}  // namespace weir
