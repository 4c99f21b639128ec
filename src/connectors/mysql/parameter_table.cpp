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

const Value* find(const Object& parameters, std::string_view name, std::size_t& position) {
  if (position < parameters.size() && parameters[position].first == name) {
    return &parameters[position].second;
  }
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& member) { return member.first == name; });
  if (found == parameters.end()) {
    return nullptr;
  }
  position = static_cast<std::size_t>(found - parameters.begin());
  return &found->second;
}

}  // namespace

const Object* parameters_of(const Value& request) {
  const Value* parameters = request.member("main_params");
  return parameters == nullptr ? nullptr : parameters->object();
}

ParameterTable::ParameterTable(std::vector<std::string> parameters) : columns_(parameters.size()) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    columns_[i].name = std::move(parameters[i]);
  }
}

Result<void> ParameterTable::load(std::span<const OutgoingRecord> records) {
  record_of_.clear();
  for (std::size_t i = 0; i < records.size(); ++i) {
    record_of_.insert(record_of_.end(), records[i].requests.size(), i);
  }
  row_bytes_.assign(rows(), 0);
  texts_.clear();
  static const Object none;
  for (Column& column : columns_) {
    column.pointers.resize(rows());
    column.lengths.resize(rows());
    column.indicators.resize(rows());
  }
  std::size_t first = 0;
  for (std::size_t row = 0; row < rows(); ++row) {
    const OutgoingRecord& record = records[record_of_[row]];
    first = row == 0 || record_of_[row] != record_of_[row - 1] ? row : first;
    const Object* found = parameters_of(record.requests[row - first]);
    const Object& parameters = found == nullptr ? none : *found;
    for (Column& column : columns_) {
      const Value* value = find(parameters, column.name, column.position);
      if (value == nullptr) {
        return fail(
            ErrorKind::internal,
            fmt::format("record `{}` was mapped without parameter `{}`", record.id, column.name));
      }
      set(column, row, *value);
      row_bytes_[row] += column.lengths[row] + cell_overhead;
    }
  }
  return {};
}

void ParameterTable::set(Column& column, std::size_t row, const Value& value) {
  std::string_view text;
  if (const std::string* plain = value.text()) {
    text = *plain;
  } else if (const Number* number = value.number()) {
    text = number->digits;
  } else if (const bool* boolean = value.boolean()) {
    text = *boolean ? "1" : "0";
  } else if (!value.is_null()) {
    text = texts_.emplace_back(to_json(value));
  }
  column.pointers[row] = text.data();
  column.lengths[row] = text.size();
  column.indicators[row] =
      static_cast<char>(value.is_null() ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE);
}

std::optional<std::string_view> ParameterTable::cell(std::size_t column, std::size_t row) const {
  const Column& of = columns_[column];
  if (of.indicators[row] == STMT_INDICATOR_NULL) {
    return std::nullopt;
  }
  return std::string_view(of.pointers[row], of.lengths[row]);
}

}  // namespace weir
