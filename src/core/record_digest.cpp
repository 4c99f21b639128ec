// SPDX-License-Identifier: Apache-2.0
#include "core/record_digest.h"

#include "core/content_hash.h"
#include "core/json_walk.h"
#include "core/member_sum.h"
#include "core/name_tree.h"

#include <optional>
#include <utility>

namespace weir {

namespace json = simdjson::ondemand;
using json::json_type;
using simdjson::error_code;

class RecordDigester::Walk {
 public:
  Walk(const RecordShape& shape, const RecordSelection& selection,
       const std::vector<std::string>& counted_lists)
      : shape_(shape), names_(shape, selection, counted_lists) {}

  error_code read(std::string_view raw, RecordDigest& out);

 private:
  using Name = NameTree::Name;

  // The record itself, or what is around it: of its members, the sum and those selected.
  struct Part {
    std::uint64_t sum = 0;
    Object selected;
  };

  error_code read_whole(json::object raw, RecordDigest& out);
  error_code read_lifted(json::object raw, RecordDigest& out);
  error_code read_part(json::object from, int depth, Part& part, RecordDigest& out);
  error_code read_member(json::value from, Name& at, int depth, Part& part, MemberSum& sum,
                         RecordDigest& out);

  error_code hash(json::value from, Name& at, int depth, std::uint64_t& out);
  error_code hash_object(json::value from, Name& at, int depth, std::uint64_t& out);
  error_code hash_list(json::value from, Name& at, int depth, std::uint64_t& out,
                       std::size_t& length);

  const RecordShape& shape_;
  NameTree names_;
  MemberSum::Stack sums_;
  json::parser parser_;
  json_walk::PaddedText text_;
};

error_code RecordDigester::Walk::read(std::string_view raw, RecordDigest& out) {
  json::document document;
  json::object object;
  if (const auto error = parser_.iterate(text_.copy(raw)).get(document)) {
    return error;
  }
  if (const auto error = document.get_object().get(object)) {
    return error;
  }
  if (const auto error =
          shape_.values.empty() ? read_whole(object, out) : read_lifted(object, out)) {
    return error;
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

error_code RecordDigester::Walk::read_whole(json::object raw, RecordDigest& out) {
  Part record;
  if (const auto error = read_part(raw, 1, record, out)) {
    return error;
  }
  out.content = content_hash_of_object(record.sum);
  out.record = Value(std::move(record.selected));
  return simdjson::SUCCESS;
}

error_code RecordDigester::Walk::read_lifted(json::object raw, RecordDigest& out) {
  Part record;
  Part around;
  MemberSum sum(sums_);
  std::size_t next = 0;
  Name spare;
  const auto error = json_walk::visit_members(raw, [&](std::string_view name, json::value value) {
    if (name != shape_.values) {
      Name& known = names_.member(names_.around(), name, next, spare);
      return read_member(value, known, 1, around, sum, out);
    }
    json::object values;
    if (const auto wrong = value.get_object().get(values)) {
      return wrong;
    }
    record = {};
    out.lists.clear();
    return read_part(values, 2, record, out);
  });
  if (error != simdjson::SUCCESS) {
    return error;
  }
  json_walk::drop_repeated_names(around.selected);
  if (!names_.around().ignored) {
    record.sum += content_hash_of_member(names_.around().hash, content_hash_of_object(sum.total()));
  }
  out.content = content_hash_of_object(record.sum);
  record.selected.emplace_back(shape_.around, Value(std::move(around.selected)));
  out.record = Value(std::move(record.selected));
  return simdjson::SUCCESS;
}

// What is around a record takes the place of a member of that name.
error_code RecordDigester::Walk::read_part(json::object from, int depth, Part& part,
                                           RecordDigest& out) {
  MemberSum sum(sums_);
  std::size_t next = 0;
  Name spare;
  const auto error = json_walk::visit_members(from, [&](std::string_view name, json::value value) {
    Name& known = names_.member(names_.record(), name, next, spare);
    std::uint64_t unused = 0;
    return !shape_.values.empty() && known.text == shape_.around
               ? hash(value, known, depth, unused)
               : read_member(value, known, depth, part, sum, out);
  });
  if (error != simdjson::SUCCESS) {
    return error;
  }
  json_walk::drop_repeated_names(part.selected);
  part.sum = sum.total();
  return simdjson::SUCCESS;
}

error_code RecordDigester::Walk::read_member(json::value from, Name& at, int depth, Part& part,
                                             MemberSum& sum, RecordDigest& out) {
  std::uint64_t hashed = 0;
  std::optional<std::size_t> length;
  if (at.selected) {
    Value value;
    if (const auto error = json_walk::read_value(from, depth, value)) {
      return error;
    }
    hashed = content_hash(value, shape_, at.path);
    if (value.list() != nullptr) {
      length = value.list()->size();
    }
    part.selected.emplace_back(at.text, std::move(value));
  } else if (at.counted && from.type() == json_type::array) {
    if (const auto error = hash_list(from, at, depth, hashed, length.emplace())) {
      return error;
    }
  } else if (const auto error = hash(from, at, depth, hashed)) {
    return error;
  }
  if (at.counted) {
    std::erase_if(out.lists, [&](const ListLength& before) { return before.name == at.text; });
    if (length) {
      out.lists.push_back({at.text, *length});
    }
  }
  sum.add(at.hash, at.ignored ? 0 : content_hash_of_member(at.hash, hashed));
  return simdjson::SUCCESS;
}

error_code RecordDigester::Walk::hash(json::value from, Name& at, int depth, std::uint64_t& out) {
  if (depth > json_walk::depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  json_type type{};
  if (const auto error = from.type().get(type)) {
    return error;
  }
  error_code error = simdjson::SUCCESS;
  std::string_view text;
  bool boolean = false;
  switch (type) {
    case json_type::string:
      error = from.get_string().get(text);
      out = content_hash_of_text(text);
      break;
    case json_type::number:
      error = json_walk::read_number(from, text);
      out = content_hash_of_number(text);
      break;
    case json_type::object:
      error = hash_object(from, at, depth, out);
      break;
    case json_type::array: {
      std::size_t length = 0;
      error = hash_list(from, at, depth, out, length);
      break;
    }
    case json_type::boolean:
      error = from.get_bool().get(boolean);
      out = content_hash_of_boolean(boolean);
      break;
    case json_type::null:
      error = json_walk::read_null(from);
      out = content_hash_of_null();
      break;
  }
  return error;
}

error_code RecordDigester::Walk::hash_object(json::value from, Name& at, int depth,
                                             std::uint64_t& out) {
  json::object object;
  if (const auto error = from.get_object().get(object)) {
    return error;
  }
  MemberSum sum(sums_);
  std::size_t next = 0;
  Name spare;
  const auto error =
      json_walk::visit_members(object, [&](std::string_view name, json::value value) {
        Name& known = names_.member(at, name, next, spare);
        std::uint64_t hashed = 0;
        const auto wrong = hash(value, known, depth + 1, hashed);
        sum.add(known.hash, known.ignored ? 0 : content_hash_of_member(known.hash, hashed));
        return wrong;
      });
  out = content_hash_of_object(sum.total());
  return error;
}

error_code RecordDigester::Walk::hash_list(json::value from, Name& at, int depth,
                                           std::uint64_t& out, std::size_t& length) {
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
    json::value value;
    if (const auto error = item.get(value)) {
      return error;
    }
    std::uint64_t hashed = 0;
    if (const auto error = hash(value, at, depth + 1, hashed)) {
      return error;
    }
    sum = content_hash_of_items(sum, hashed, at.unordered);
    ++length;
  }
  out = content_hash_of_list(sum, length);
  return simdjson::SUCCESS;
}

RecordDigester::RecordDigester(const RecordShape& shape, const RecordSelection& selection,
                               const std::vector<std::string>& counted_lists)
    : shape_(shape),
      counted_lists_(counted_lists),
      walk_(std::make_unique<Walk>(shape, selection, counted_lists)) {}

RecordDigester::~RecordDigester() = default;

Result<RecordDigest> RecordDigester::digest(std::string_view raw) {
  RecordDigest digest;
  const error_code error = walk_->read(raw, digest);
  if (error == simdjson::SUCCESS) {
    return digest;
  }
  // The tree says what is wrong with it; or nothing is, such as the first of two members of one
  // name.
  WEIR_TRY(digest.record, assemble_record(raw, shape_));
  digest.content = content_hash(digest.record, shape_);
  digest.lists.clear();
  for (const auto& [name, value] : *digest.record.object()) {
    if (value.list() != nullptr && matches_any(counted_lists_, name)) {
      digest.lists.push_back({name, value.list()->size()});
    }
  }
  return digest;
}

}  // namespace weir
