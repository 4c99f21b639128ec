// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "sink/sink.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The values of a write, by parameter and row, in the shape that array binding takes: pointers,
// lengths and indicators per parameter. Text goes as it is, a number by its digits, a boolean as 1
// or 0, lists and objects as JSON. Points into the records: they must outlive it unchanged.
class ParameterTable {
 public:
  // `parameters`: names in the statement's order, repeats included.
  explicit ParameterTable(std::vector<std::string> parameters);

  // Errors: `internal` (a record without one of the parameters).
  Result<void> load(std::span<const OutgoingRecord> records);

  std::size_t rows() const { return record_of_.size(); }
  // Which of the records, in order of load(), the row belongs to.
  std::size_t record_of(std::size_t row) const { return record_of_[row]; }
  std::size_t columns() const { return columns_.size(); }
  // nullopt: NULL.
  std::optional<std::string_view> cell(std::size_t column, std::size_t row) const;
  // What a row takes on the wire at most, in bytes.
  std::size_t row_bytes(std::size_t row) const { return row_bytes_[row]; }

  const char** pointers(std::size_t column, std::size_t row) {
    return columns_[column].pointers.data() + row;
  }
  unsigned long* lengths(std::size_t column, std::size_t row) {
    return columns_[column].lengths.data() + row;
  }
  char* indicators(std::size_t column, std::size_t row) {
    return columns_[column].indicators.data() + row;
  }

 private:
  struct Column {
    std::string name;
    std::size_t position = 0;  // in main_params, as last seen
    std::vector<const char*> pointers;
    std::vector<unsigned long> lengths;
    std::vector<char> indicators;
  };

  void set(Column& column, std::size_t row, const Value& value);

  std::vector<Column> columns_;
  std::vector<std::size_t> record_of_;
  std::vector<std::size_t> row_bytes_;
  std::deque<std::string> texts_;  // of lists and objects
};

// The object that holds a record's parameters; nullptr: it has none.
const Object* parameters_of(const Value& request);

}  // namespace weir
