// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace weir {

// The names of a record, found as find_in_record finds them, at a cost that does not grow with the
// record: looking through hundreds of members for each of hundreds of fields would cost the square.
// Used by one thread; the record must not be changed but by it meanwhile.
class RecordNames {
 public:
  RecordNames(const Value& record, std::string_view around) : record_(record), around_(around) {}

  const Value* find(std::string_view name) const;

 private:
  const Value* member(std::string_view name) const;
  friend class RecordEditor;

  const Value& record_;
  std::string_view around_;
  // Of a wide record; made when the first name is asked for.
  mutable std::unordered_map<std::string_view, const Value*> members_;
};

// A record that members are added to.
class RecordEditor {
 public:
  // `additions`: how many at most. Precondition: an object.
  RecordEditor(Value& record, std::string_view around, std::size_t additions);

  const Value* find(std::string_view name) const { return names_.find(name); }
  // As Value::set.
  void set(std::string_view name, Value value);

 private:
  Value& record_;
  RecordNames names_;
};

}  // namespace weir
