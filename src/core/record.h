// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// How one item of a source's list becomes a record. A connector declares it; the journal keeps the
// raw bytes, so a record can be assembled again later without the source.
struct RecordShape {
  // Member of the raw item whose members are lifted to the top ("data" for YiDa); empty: the item
  // is the record as it stands.
  std::string values;
  // Name under which everything around `values` is kept.
  std::string around = "extend";
  // Names (of the assembled record, dot paths, `*` for any run of characters) that are no content:
  // a change in them alone is no change of the record.
  std::vector<std::string> ignored;
  // Names, likewise, of lists whose order is no content.
  std::vector<std::string> unordered;
  // Names, likewise, of times whose digits are wall time whatever offset stands behind them:
  // "2026-01-05T09:31Z" is half past nine on the wall.
  std::vector<std::string> wall_times;
};

// Whether one of the patterns (`*` for any run of characters) is the whole text.
bool matches_any(const std::vector<std::string>& patterns, std::string_view text);

// Whether a name, as find_in_record takes it, is one of the shape's wall times.
bool is_wall_time(const RecordShape& shape, std::string_view name);

// The raw item (one JSON object) in record form. Errors: `corrupt` (no JSON), `rejected` (no
// object, or `values` is there and is none).
Result<Value> assemble_record(std::string_view raw, const RecordShape& shape);
Result<Value> shape_record(Value raw, const RecordShape& shape);

// What a dot path leads to; a step of digits indexes a list. nullptr: there is nothing.
const Value* find_by_path(const Value& value, std::string_view path);
// The literal key first, then the dot path.
const Value* find_below(const Value& value, std::string_view name);

// Finds a name in a record: the literal key first, then the dot path, then both under
// `shape.around`. nullptr: no such name.
const Value* find_in_record(const Value& record, std::string_view name,
                            std::string_view around = "extend");

}  // namespace weir
