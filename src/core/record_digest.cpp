// SPDX-License-Identifier: Apache-2.0
#include "core/record_digest.h"

#include "core/content_hash.h"
#include "core/digest_walk.h"
#include "core/json_walk.h"

#include <utility>

namespace weir {

using simdjson::error_code;

RecordDigest RecordDigests::operator[](std::size_t index) {
  const End begin = index == 0 ? End() : ends_[index - 1];
  const End& end = ends_[index];
  return {std::span(fields_).subspan(begin.fields, end.fields - begin.fields), end.content,
          std::span(lists_).subspan(begin.lists, end.lists - begin.lists), end.located,
          std::span(members_).subspan(begin.members, end.members - begin.members)};
}

void RecordDigests::reserve(std::size_t records, std::size_t fields) {
  ends_.reserve(records);
  fields_.reserve(records * fields);
}

void RecordDigests::clear() {
  fields_.clear();
  lists_.clear();
  members_.clear();
  ends_.clear();
}

void RecordDigests::begin(std::size_t fields) {
  const End before = last();
  fields_.resize(before.fields);
  fields_.resize(before.fields + fields);
  lists_.resize(before.lists);
  members_.resize(before.members);
}

void RecordDigests::end(std::uint64_t content, bool located) {
  ends_.push_back({fields_.size(), lists_.size(), members_.size(), content, located});
}

struct RecordDigester::Reading {
  Reading(const RecordShape& shape, const AskedNames& asked,
          const std::vector<std::string>& counted_lists, const RecordSelection* selection)
      : walk(shape, asked, counted_lists, selection) {}

  DigestWalk walk;
  JsonCursor json;
  json_walk::PaddedText text;
  RecordDigests digests;  // one

  error_code read(std::string_view raw) {
    if (const auto error = json.begin(text.copy(raw))) {
      return error;
    }
    const auto error = walk.read(json, digests);
    return error || json.at_end() ? error : simdjson::TAPE_ERROR;
  }
};

RecordDigester::RecordDigester(const RecordShape& shape, std::vector<std::string> asked,
                               const std::vector<std::string>& counted_lists,
                               const RecordSelection* selection)
    : shape_(shape),
      asked_(shape, std::move(asked)),
      counted_lists_(counted_lists),
      reading_(std::make_unique<Reading>(shape, asked_, counted_lists, selection)) {}

RecordDigester::~RecordDigester() = default;

JsonCursor& RecordDigester::cursor() { return reading_->json; }

DigestWalk& RecordDigester::walk() { return reading_->walk; }

Result<RecordDigest> RecordDigester::digest(std::string_view raw) {
  RecordDigests& digests = reading_->digests;
  digests.clear();
  if (reading_->read(raw) == simdjson::SUCCESS) {
    return digests[0];
  }
  // The tree says what is wrong with it; or nothing is, and it was no record for one pass.
  digests.clear();
  WEIR_TRY(const Value record, assemble_record(raw, shape_));
  const std::vector<std::string>& names = asked_.names();
  digests.begin(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Value* found = find_in_record(record, names[i], shape_.around);
    digests.field(i).value = found == nullptr ? Value() : *found;
  }
  for (const auto& [name, value] : *record.object()) {
    if (value.list() != nullptr && matches_any(counted_lists_, name)) {
      digests.add(ListLength{name, value.list()->size()});
    }
  }
  digests.end(content_hash(record, shape_), false);
  return digests[0];
}

}  // namespace weir
