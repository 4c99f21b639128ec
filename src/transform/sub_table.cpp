// SPDX-License-Identifier: Apache-2.0
#include "transform/sub_table.h"

#include "core/record.h"

namespace weir {
namespace {

void collect_cells(const Value& value, std::string_view path, std::vector<const Value*>& found) {
  if (const Value* whole = find_in_record(value, path, "")) {
    found.push_back(whole);
  } else if (const auto table = find_sub_table(value, path, "")) {
    for (const Value& row : *table->rows->list()) {
      collect_cells(row, table->column, found);
    }
  }
}

}  // namespace

std::optional<SubTable> find_sub_table(const Value& record, std::string_view name,
                                       std::string_view around) {
  std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || find_in_record(record, name, around) != nullptr) {
    return std::nullopt;
  }
  for (; dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    const Value* value = find_in_record(record, name.substr(0, dot), around);
    if (value != nullptr && value->list() != nullptr) {
      return SubTable{value, name.substr(0, dot), name.substr(dot + 1)};
    }
  }
  return std::nullopt;
}

std::vector<const Value*> cells_of(const Value& row, std::string_view column) {
  std::vector<const Value*> found;
  collect_cells(row, column, found);
  return found;
}

}  // namespace weir
