// SPDX-License-Identifier: Apache-2.0
#include "core/record_digest.h"

#include "core/content_hash.h"
#include "core/digest_walk.h"
#include "core/json_walk.h"

#include <utility>

namespace weir {

namespace json = simdjson::ondemand;
using simdjson::error_code;

struct RecordDigester::Reading {
  Reading(const RecordShape& shape, const AskedNames& asked,
          const std::vector<std::string>& counted_lists, const RecordSelection* selection)
      : walk(shape, asked, counted_lists, selection) {}

  DigestWalk walk;
  json::parser parser;
  json_walk::PaddedText text;

  error_code read(std::string_view raw, RecordDigest& out) {
    json::document document;
    json::value record;
    if (const auto error = parser.iterate(text.copy(raw)).get(document)) {
      return error;
    }
    if (const auto error = document.get_value().get(record)) {
      return error;
    }
    if (const auto error = walk.read(document, record, out)) {
      return error;
    }
    const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    return at_end ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
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

DigestWalk& RecordDigester::walk() { return reading_->walk; }

Result<RecordDigest> RecordDigester::digest(std::string_view raw) {
  RecordDigest digest;
  const error_code error = reading_->read(raw, digest);
  if (error == simdjson::SUCCESS) {
    return digest;
  }
  // The tree says what is wrong with it; or nothing is, and it was no record for one pass.
  WEIR_TRY(const Value record, assemble_record(raw, shape_));
  digest.content = content_hash(record, shape_);
  digest.fields.clear();
  for (const std::string& name : asked_.names()) {
    const Value* found = find_in_record(record, name, shape_.around);
    digest.fields.push_back(found == nullptr ? Value() : *found);
  }
  digest.lists.clear();
  digest.located = false;
  for (const auto& [name, value] : *record.object()) {
    if (value.list() != nullptr && matches_any(counted_lists_, name)) {
      digest.lists.push_back({name, value.list()->size()});
    }
  }
  return digest;
}

}  // namespace weir
