// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "expr/scope.h"

#include <string_view>
#include <unordered_map>

namespace weir {

// The names of a record, as find_in_record finds them. Used by one thread; refers to the record,
// which must not change meanwhile.
class RecordScope final : public Scope {
 public:
  RecordScope(const Value& record, std::string_view around) : record_(record), around_(around) {}
  const Value* find(std::string_view name) const override;

 private:
  const Value* member(std::string_view name) const;

  const Value& record_;
  std::string_view around_;
  // Members of a wide record by name: looking through hundreds for each of hundreds of fields would
  // cost the square. Made when the first is asked for.
  mutable std::unordered_map<std::string_view, const Value*> members_;
};

}  // namespace weir
