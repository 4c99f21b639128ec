// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/row_layout.h"
#include "core/value.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// What a record becomes: rows of one layout, their cells one behind the other in a buffer of bytes,
// which records that are mapped one after the other have in common. Whoever wants them with their
// names asks for a tree. Written by one thread, together with those that share its buffer, then
// handed on; const use from any thread. A copy stands for the same rows.
class MappedRows {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, text, nested };

  // Valid while the rows are neither changed nor destroyed.
  struct Cell {
    Kind kind = Kind::null;
    std::string_view text;          // a text as it is; a number's digits; `1` or `0`
    const Value* nested = nullptr;  // a list or an object
  };

  MappedRows() = default;
  // None yet. They go into the buffer of `beside` where these have the same layout: nobody may read
  // or write those meanwhile. It is freed with the last of the rows in it.
  MappedRows(const std::shared_ptr<const RowLayout>& layout, const MappedRows& beside);
  explicit MappedRows(const std::shared_ptr<const RowLayout>& layout)
      : MappedRows(layout, MappedRows()) {}

  // The next cell of the row under way, in the order of the layout. Precondition: no others have
  // been begun in this buffer since.
  void append(const Value& value);
  void append(Value&& value);
  // Precondition: the row under way has all its cells.
  void end_row() { ++rows_; }

  std::size_t size() const { return rows_; }
  bool empty() const { return rows_ == 0; }
  // Precondition of all below: there is a row.
  const std::shared_ptr<const RowLayout>& layout() const { return buffer_->layout; }
  Cell cell(std::size_t row, std::size_t cell) const;

  // Their part of the buffer, in bytes, about.
  std::size_t bytes() const { return bytes_; }

  // What one holds under a name of its layout, and all: equal to to_json of the tree.
  void append_json(std::size_t row, const RowLayout::Node& node, std::string& out) const;
  void append_json(std::size_t row, std::string& out) const;
  Value tree(std::size_t row) const;
  std::vector<Value> trees() const;

  // hash64 of the JSON of all rows, one behind the other. It is stored.
  std::uint64_t hash() const;

 private:
  struct Place {
    std::size_t begin = 0;  // in `bytes`; of kind nested: in `nested`
    std::size_t length = 0;
    Kind kind = Kind::null;
  };
  struct Buffer {
    std::shared_ptr<const RowLayout> layout;
    std::string bytes;
    std::vector<Place> places;
    std::vector<Value> nested;
  };

  // False: it is a list or an object, whose place it has noted.
  bool append_scalar(const Value& value);
  void append_bytes(Kind kind, std::string_view text);
  void append_cell(std::size_t row, std::size_t cell, std::string& out) const;
  void append_members(std::size_t row, const std::vector<RowLayout::Node>& members,
                      std::string& out) const;
  Value object(std::size_t row, const std::vector<RowLayout::Node>& members) const;
  Value value(std::size_t row, std::size_t cell) const;

  std::shared_ptr<Buffer> buffer_;
  std::size_t first_ = 0;  // of the buffer's places
  std::size_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace weir
