// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lookup_index.h"

#include "core/decimal.h"
#include "core/hash.h"
#include "transform/comparison.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir {
namespace {

constexpr unsigned offset_bits = 36;
constexpr std::uint64_t offset_mask = (std::uint64_t{1} << offset_bits) - 1;
constexpr std::size_t read_at_once = 256;

using RowLength = std::uint32_t;

// Equal for values that are the same: a text that is a number may meet one that is spelled
// otherwise ("7.0" and 7), so both go by their value. The text itself decides when it is found.
void append_key(const Value& value, std::string& key) {
  std::string buffer;
  const std::string_view text = text_of(value, buffer);
  if (const auto number = Decimal::parse(text)) {
    key += number->negative && !number->is_zero() ? '-' : '+';
    key += number->digits;
    key += 'e';
    key += std::to_string(number->is_zero() ? 0 : number->point);
  } else {
    key += text;
  }
  key += '\0';
}

std::uint64_t slot_of(std::string_view key) { return hash64(key) & ~offset_mask; }

}  // namespace

LookupIndex::LookupIndex(LookupShape shape, TemporaryFile file)
    : shape_(std::move(shape)), file_(std::move(file)) {}

Result<void> LookupIndex::add(const Scope& row) {
  List kept;
  std::string key;
  for (const std::string& name : shape_.where) {
    const Value* value = row.find(name);
    if (value == nullptr || has_no_value(*value)) {
      return {};
    }
    append_key(*value, key);
    kept.push_back(*value);
  }
  for (const std::string& name : shape_.fields) {
    const Value* value = row.find(name);
    kept.push_back(value != nullptr ? *value : Value());
  }
  const std::string json = to_json(kept);
  const auto length = static_cast<RowLength>(json.size());
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  WEIR_TRY(const std::uint64_t offset, file_.append(bytes + json));
  if (offset > offset_mask) {
    return fail(ErrorKind::exhausted,
                "the fields that `_findCollection` asks for are more than 64 GiB; ask for fewer");
  }
  entries_.push_back(slot_of(key) | offset);
  return {};
}

Result<void> LookupIndex::finish() {
  std::sort(entries_.begin(), entries_.end());
  return file_.flush();
}

Result<std::optional<Value>> LookupIndex::find(Conditions where, std::string_view field) const {
  std::string key;
  for (const auto& condition : where) {
    if (has_no_value(condition.second)) {
      return std::optional<Value>();
    }
    append_key(condition.second, key);
  }
  const std::uint64_t slot = slot_of(key);
  const auto wanted = static_cast<std::size_t>(
      std::find(shape_.fields.begin(), shape_.fields.end(), field) - shape_.fields.begin());
  for (auto entry = std::lower_bound(entries_.begin(), entries_.end(), slot);
       entry != entries_.end() && (*entry & ~offset_mask) == slot; ++entry) {
    WEIR_TRY(List row, read(*entry & offset_mask));
    const bool meets = std::equal(
        where.begin(), where.end(), row.begin(),
        [](const auto& condition, const Value& value) { return is_same(condition.second, value); });
    if (meets) {
      return std::optional(std::move(row.at(shape_.where.size() + wanted)));
    }
  }
  return std::optional<Value>();
}

Result<List> LookupIndex::read(std::uint64_t offset) const {
  WEIR_TRY(std::string bytes, file_.read(offset, read_at_once));
  RowLength length = 0;
  if (bytes.size() >= sizeof length) {
    std::memcpy(&length, bytes.data(), sizeof length);
  }
  const std::size_t end = sizeof length + length;
  if (bytes.size() < end) {
    WEIR_TRY(bytes, file_.read(offset, end));
  }
  if (bytes.size() >= end) {
    auto row = parse_json(std::string_view(bytes).substr(sizeof length, length));
    if (row && row->list() != nullptr &&
        row->list()->size() == shape_.where.size() + shape_.fields.size()) {
      return std::move(*row->list());
    }
  }
  return fail(ErrorKind::corrupt,
              "the temporary file of `_findCollection` does not hold what was written to it; see "
              "that the disk is sound");
}

}  // namespace weir
