// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "expr/scope.h"
#include "transform/record_names.h"

#include <string_view>

namespace weir {

// The names of a record. Used by one thread; refers to the record, which must not change meanwhile.
class RecordScope final : public Scope {
 public:
  RecordScope(const Value& record, std::string_view around) : names_(record, around) {}
  const Value* find(std::string_view name) const override { return names_.find(name); }

 private:
  RecordNames names_;
};

}  // namespace weir
