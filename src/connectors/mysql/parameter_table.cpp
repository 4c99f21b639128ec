// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/parameter_table.h"

#include <fmt/format.h>
#include <mysql.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// Length prefix and indicator of a value on the wire.
constexpr std::size_t cell_overhead = 10;

const Value* find(const Object& values, std::string_view name, std::size_t& position) {
  if (position < values.size() && values[position].first == name) {
    return &values[position].second;
  }
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& member) { return member.first == name; });
  if (found == values.end()) {
    return nullptr;
  }
  position = static_cast<std::size_t>(found - values.begin());
  return &found->second;
}

}  // namespace

ParameterTable::ParameterTable(std::vector<std::string> parameters,
                               const std::set<std::string>& insert_ids)
    : columns_(parameters.size()) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    columns_[i].insert_id = insert_ids.count(parameters[i]) > 0;
    columns_[i].name = std::move(parameters[i]);
  }
}

void ParameterTable::clear() {
  origins_.clear();
  row_bytes_.clear();
  texts_.clear();
  for (Column& column : columns_) {
    column.pointers.clear();
    column.lengths.clear();
    column.indicators.clear();
  }
}

Result<void> ParameterTable::add(const RowOrigin& origin, const Object& values,
                                 std::string_view insert_id) {
  for (Column& column : columns_) {
    if (column.insert_id) {
      append(column, texts_.emplace_back(insert_id), false);
    } else if (const Value* value = find(values, column.name, column.position)) {
      append(column, text_of(*value), value->is_null());
    } else {
      return without(column);
    }
  }
  end_row(origin);
  return {};
}

Result<void> ParameterTable::heed(const std::vector<RowLayout::Node>& members) {
  for (Column& column : columns_) {
    column.node = RowLayout::find(members, column.name);
    if (column.node == nullptr && !column.insert_id) {
      return without(column);
    }
  }
  return {};
}

void ParameterTable::add(const RowOrigin& origin, const MappedRows& rows,
                         std::string_view insert_id) {
  for (Column& column : columns_) {
    if (column.insert_id) {
      append(column, texts_.emplace_back(insert_id), false);
      continue;
    }
    const bool is_object = !column.node->is_cell();
    const auto cell = is_object ? MappedRows::Cell{MappedRows::Kind::nested, {}, nullptr}
                                : rows.cell(origin.request, column.node->first_cell);
    if (cell.kind == MappedRows::Kind::nested) {
      std::string& json = texts_.emplace_back();
      rows.append_json(origin.request, *column.node, json);
      append(column, json, false);
    } else {
      append(column, cell.text, cell.kind == MappedRows::Kind::null);
    }
  }
  end_row(origin);
}

void ParameterTable::end_row(const RowOrigin& origin) {
  std::size_t bytes = columns_.size() * cell_overhead;
  for (const Column& column : columns_) {
    bytes += column.lengths.back();
  }
  origins_.push_back(origin);
  row_bytes_.push_back(bytes);
}

tl::unexpected<Error> ParameterTable::without(const Column& column) {
  return fail(ErrorKind::internal,
              fmt::format("the record was mapped without parameter `{}`", column.name));
}

std::string_view ParameterTable::text_of(const Value& value) {
  if (const std::string* plain = value.text()) {
    return *plain;
  }
  if (const Number* number = value.number()) {
    return number->digits;
  }
  if (const bool* boolean = value.boolean()) {
    return *boolean ? "1" : "0";
  }
  return value.is_null() ? std::string_view() : texts_.emplace_back(to_json(value));
}

void ParameterTable::append(Column& column, std::string_view text, bool null) {
  column.pointers.push_back(text.data());
  column.lengths.push_back(text.size());
  column.indicators.push_back(static_cast<char>(null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE));
}

std::optional<std::string_view> ParameterTable::cell(std::size_t column, std::size_t row) const {
  const Column& of = columns_[column];
  if (of.indicators[row] == STMT_INDICATOR_NULL) {
    return std::nullopt;
  }
  return std::string_view(of.pointers[row], of.lengths[row]);
}

}  // namespace weir
