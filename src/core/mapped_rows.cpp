// SPDX-License-Identifier: Apache-2.0
#include "core/mapped_rows.h"

#include "core/hash.h"

#include <utility>

namespace weir {
namespace {

// Spares most rows a second allocation.
constexpr std::size_t cell_bytes_expected = 24;
constexpr std::size_t scratch_bytes_max = std::size_t{1} << 20;

std::size_t bytes_of(const Value& value) {
  std::size_t bytes = sizeof(Value);
  if (const std::string* text = value.text()) {
    bytes += text->size();
  } else if (const Number* number = value.number()) {
    bytes += number->digits.size();
  } else if (const List* list = value.list()) {
    for (const Value& item : *list) {
      bytes += bytes_of(item);
    }
  } else if (const Object* object = value.object()) {
    for (const auto& [name, member] : *object) {
      bytes += sizeof(std::string) + name.size() + bytes_of(member);
    }
  }
  return bytes;
}

}  // namespace

MappedRows::MappedRows(const std::shared_ptr<const RowLayout>& layout, const MappedRows& beside)
    : buffer_(beside.buffer_) {
  if (buffer_ == nullptr || buffer_->layout != layout) {
    buffer_ = std::make_shared<Buffer>();
    buffer_->layout = layout;
    buffer_->places.reserve(layout->cells());
    buffer_->bytes.reserve(layout->cells() * cell_bytes_expected);
  }
  first_ = buffer_->places.size();
}

void MappedRows::append_bytes(Kind kind, std::string_view text) {
  buffer_->places.push_back({buffer_->bytes.size(), text.size(), kind});
  buffer_->bytes += text;
  bytes_ += sizeof(Place) + text.size();
}

bool MappedRows::append_scalar(const Value& value) {
  if (const std::string* text = value.text()) {
    append_bytes(Kind::text, *text);
  } else if (const Number* number = value.number()) {
    append_bytes(Kind::number, number->digits);
  } else if (const bool* boolean = value.boolean()) {
    append_bytes(Kind::boolean, *boolean ? "1" : "0");
  } else if (value.is_null()) {
    append_bytes(Kind::null, {});
  } else {
    buffer_->places.push_back({buffer_->nested.size(), 0, Kind::nested});
    bytes_ += sizeof(Place) + bytes_of(value);
    return false;
  }
  return true;
}

void MappedRows::append(const Value& value) {
  if (!append_scalar(value)) {
    buffer_->nested.push_back(value);
  }
}

void MappedRows::append(Value&& value) {
  if (!append_scalar(value)) {
    buffer_->nested.push_back(std::move(value));
  }
}

MappedRows::Cell MappedRows::cell(std::size_t row, std::size_t cell) const {
  const Buffer& buffer = *buffer_;
  const Place& place = buffer.places[first_ + row * buffer.layout->cells() + cell];
  if (place.kind == Kind::nested) {
    return {place.kind, {}, &buffer.nested[place.begin]};
  }
  return {place.kind, std::string_view(buffer.bytes).substr(place.begin, place.length), nullptr};
}

void MappedRows::append_cell(std::size_t row, std::size_t cell, std::string& out) const {
  const Cell found = this->cell(row, cell);
  switch (found.kind) {
    case Kind::null:
      out += "null";
      break;
    case Kind::boolean:
      out += found.text == "1" ? "true" : "false";
      break;
    case Kind::number:
      out += found.text;
      break;
    case Kind::text:
      append_json_text(found.text, out);
      break;
    case Kind::nested:
      weir::append_json(*found.nested, out);
      break;
  }
}

void MappedRows::append_json(std::size_t row, const RowLayout::Node& node, std::string& out) const {
  if (node.is_cell()) {
    append_cell(row, node.first_cell, out);
  } else {
    append_members(row, node.children, out);
  }
}

void MappedRows::append_members(std::size_t row, const std::vector<RowLayout::Node>& members,
                                std::string& out) const {
  out += '{';
  for (const RowLayout::Node& node : members) {
    out += node.lead;
    append_json(row, node, out);
  }
  out += '}';
}

void MappedRows::append_json(std::size_t row, std::string& out) const {
  append_members(row, buffer_->layout->members(), out);
}

Value MappedRows::value(std::size_t row, std::size_t cell) const {
  const Cell found = this->cell(row, cell);
  switch (found.kind) {
    case Kind::null:
      break;
    case Kind::boolean:
      return found.text == "1";
    case Kind::number:
      return Number{std::string(found.text)};
    case Kind::text:
      return found.text;
    case Kind::nested:
      return *found.nested;
  }
  return {};
}

Value MappedRows::object(std::size_t row, const std::vector<RowLayout::Node>& members) const {
  Object made;
  made.reserve(members.size());
  for (const RowLayout::Node& node : members) {
    made.emplace_back(node.name,
                      node.is_cell() ? value(row, node.first_cell) : object(row, node.children));
  }
  return made;
}

Value MappedRows::tree(std::size_t row) const { return object(row, buffer_->layout->members()); }

std::vector<Value> MappedRows::trees() const {
  std::vector<Value> made;
  made.reserve(rows_);
  for (std::size_t row = 0; row < rows_; ++row) {
    made.push_back(tree(row));
  }
  return made;
}

std::uint64_t MappedRows::hash() const {
  thread_local std::string json;
  json.clear();
  for (std::size_t row = 0; row < rows_; ++row) {
    append_json(row, json);
  }
  const std::uint64_t hashed = hash64(json);
  if (json.capacity() > scratch_bytes_max) {
    json = {};
  }
  return hashed;
}

}  // namespace weir
