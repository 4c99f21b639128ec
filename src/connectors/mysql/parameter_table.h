// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/mapped_rows.h"
#include "core/row_layout.h"
#include "core/value.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Where a row of parameters comes from. All numbers from 0.
struct RowOrigin {
  std::size_t record = 0;              // of the records of the write
  std::size_t request = 0;             // of the record's requests
  std::size_t requests = 1;            // that the record has
  std::optional<std::size_t> element;  // of the list that the statement goes through
};

// The values of a write, by parameter and row, in the shape that array binding takes: pointers,
// lengths and indicators per parameter. Text goes as it is, a number by its digits, a boolean as 1
// or 0, lists and objects as JSON. Points into the records: they must outlive it unchanged.
class ParameterTable {
 public:
  // `parameters`: names in the statement's order, repeats included; `insert_ids`: those of them
  // that stand for the auto-increment id that the record's main statement gave it.
  explicit ParameterTable(std::vector<std::string> parameters,
                          const std::set<std::string>& insert_ids = {});

  void clear();
  // The parameters' places among these names, for the rows of their layout that come next. Errors:
  // `internal` (one of the parameters is not among them).
  Result<void> heed(const std::vector<RowLayout::Node>& members);
  // The origin's row of these, which have the layout that was heeded last.
  void add(const RowOrigin& origin, const MappedRows& rows, std::string_view insert_id = {});
  // An element of a list. Errors: `internal`, as above.
  Result<void> add(const RowOrigin& origin, const Object& values, std::string_view insert_id = {});

  std::size_t rows() const { return origins_.size(); }
  const RowOrigin& origin(std::size_t row) const { return origins_[row]; }
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
    bool insert_id = false;
    const RowLayout::Node* node = nullptr;  // of the layout that was heeded last
    std::size_t position = 0;               // among the values of an element, as last seen
    std::vector<const char*> pointers;
    std::vector<unsigned long> lengths;
    std::vector<char> indicators;
  };

  static tl::unexpected<Error> without(const Column& column);
  void end_row(const RowOrigin& origin);
  std::string_view text_of(const Value& value);
  static void append(Column& column, std::string_view text, bool null);

  std::vector<Column> columns_;
  std::vector<RowOrigin> origins_;
  std::vector<std::size_t> row_bytes_;
  std::deque<std::string> texts_;  // of lists, objects and ids
};

}  // namespace weir
