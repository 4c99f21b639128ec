// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/fault.h"

#include <cstdint>
#include <optional>
#include <string>

namespace weir {

// A column as information_schema.COLUMNS describes it.
struct ColumnFacts {
  std::string name;
  std::string type;       // DATA_TYPE: "decimal"
  std::string full_type;  // COLUMN_TYPE: "decimal(12,2)"
  bool nullable = true;
  bool fills_itself = false;  // default, auto-increment or generated
  bool is_auto_increment = false;
  std::optional<std::uint64_t> length;  // of text, in characters
  std::optional<int> precision;
  std::optional<int> scale;
};

struct Misfit {
  Severity severity = Severity::error;
  std::string what;  // "text `abc` is no number"
};

// Whether the column takes the value as it is. An error would be refused by the server; a warning
// concerns this value only (too long, rounded, missing), others may fit.
std::optional<Misfit> misfit(const ColumnFacts& column, const Value& value);

}  // namespace weir
