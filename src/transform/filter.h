// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/record.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/comparison.h"
#include "transform/sub_table.h"

#include <string>
#include <vector>

namespace weir {

// `condition`, compiled: outer or, inner and.
//   - A value that is a list itself is met by any of its elements, with strictMode by all.
//   - A path into a sub-table (`items.qty`) asks each row. Rows that do not meet it are left out,
//     and the group holds as long as one is left; several conditions on one sub-table must be met
//     by the same row, each sub-table for itself. With strictMode one row that does not meet it
//     takes the record out; it asks all rows, also those that another condition leaves out.
//   - Where several groups hold, a row stays that one of them keeps; a group that does not speak of
//     a sub-table keeps all of its rows.
//   - A sub-table without rows is asked as a missing value. Rows are those of the first list on the
//     way; lists inside a row are met by any of their elements, and stay whole.
// Pure and const: any number of threads may ask.
class Filter {
 public:
  // Unknown logic, missing or unusable values are appended as errors.
  static Filter compile(const std::vector<std::vector<Condition>>& conditions,
                        const RecordShape& shape, const TimeZone& zone, Faults& faults);

  // Empty: the record is kept, and what is left out of its sub-tables is gone from it; `left_out`
  // (if given) tells each such row and why. Else which condition is not met, and by which value;
  // the record is as it was.
  std::string sift(Value& record, std::vector<std::string>* left_out = nullptr) const;

 private:
  using Group = std::vector<Comparison>;

  struct Asked {
    const Comparison* test = nullptr;
    SubTable table;  // as the test's field names it
  };

  struct RowsKept {  // of one sub-table, by one group
    const Value* rows = nullptr;
    std::vector<bool> kept;
    std::vector<Asked> asked;
  };

  struct Held {  // a group that holds
    const Group* group = nullptr;
    std::vector<RowsKept> tables;
  };

  explicit Filter(std::string around) : around_(std::move(around)) {}

  std::string judge(const Group& group, const Value& record, std::vector<RowsKept>& tables) const;
  static std::string judge_rows(const Asked& asked, std::vector<RowsKept>& tables);
  static const RowsKept* find_rows(const std::vector<RowsKept>& tables, const Value* rows);
  static void leave_out(const std::vector<Held>& held, std::vector<std::string>* left_out);
  static std::string why_left_out(const std::vector<Held>& held, const Value* rows,
                                  std::size_t row);

  std::string around_;
  std::vector<Group> groups_;
};

}  // namespace weir
