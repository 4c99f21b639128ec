// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "expr/scope.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/request_map.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// One row that a record becomes: an element of one of its lists.
struct FlatRow {
  const std::string* table = nullptr;
  const Value* element = nullptr;
  std::size_t number = 0;  // in its list, from 1
  Value id;                // `{{bfn_id}}`
};

// The names of a row: `<table>_<child>` is the element's, `bfn_id` the row's own id, `<table>` the
// element itself where it is no object; every other name is the record's.
class FlatRowScope final : public Scope {
 public:
  // Both outlive it.
  FlatRowScope(const Scope& record, const FlatRow& row) : record_(record), row_(row) {}
  const Value* find(std::string_view name) const override;

 private:
  const Scope& record_;
  const FlatRow& row_;
};

// `beatFlat`, compiled: a record becomes one row for each element of each named list, list behind
// list. Pure and const: any number of threads may split.
//
// A row's id is `<id of the record>-<n>`. n is what the rows hold under `id`, if each row of the
// record does and no two hold the same; else the row's place among all rows of the record, from 1.
class BeatFlat {
 public:
  // Warns of names that cannot be what they seem: `bfn_id` without `beatFlat`; where `response`
  // says what a record holds, a list that is not there.
  static BeatFlat compile(const Strategy& source, const RequestMap& map, std::string around,
                          Faults& faults);

  // The record stays as it is: one row.
  bool is_off() const { return tables_.empty(); }
  // Whether rows have a name of their own by this one.
  bool gives(std::string_view name) const;

  // Pointers into this and the record. A list that is missing or empty gives no rows. Errors:
  // `rejected` (a name that holds something else than a list).
  Result<std::vector<FlatRow>> split(const Value& record) const;
  // Why a record without rows goes nowhere.
  std::string without_rows() const;

 private:
  BeatFlat(std::string id, std::string around) : id_(std::move(id)), around_(std::move(around)) {}

  std::vector<std::string> tables_;
  std::string id_;
  std::string around_;
};

}  // namespace weir
