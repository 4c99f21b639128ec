// SPDX-License-Identifier: Apache-2.0
#include "transform/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace weir {
namespace {

const Value nothing;

bool meets_each(const Comparison& test, const std::vector<const Value*>& values) {
  const auto one = [&](const Value* value) { return test.meets(*value); };
  if (values.empty()) {
    return test.meets(nothing);
  }
  return test.strict() ? std::all_of(values.begin(), values.end(), one)
                       : std::any_of(values.begin(), values.end(), one);
}

// A value of the record's own, missing (null) or not.
bool meets_whole(const Comparison& test, const Value* value) {
  if (value == nullptr || value->list() == nullptr) {
    return test.meets(value != nullptr ? *value : nothing);
  }
  std::vector<const Value*> elements;
  for (const Value& element : *value->list()) {
    elements.push_back(&element);
  }
  return meets_each(test, elements);
}

bool meets_row(const Comparison& test, const Value& row, std::string_view column) {
  return meets_each(test, cells_of(row, column));
}

std::string unmet(const Comparison& test, std::string_view by) {
  return fmt::format("condition `{}` is not met by {}", test.shown(), by);
}

std::string shown_cell(const Value& row, std::string_view column) {
  const auto cells = cells_of(row, column);
  return cells.size() > 1 ? "what its list holds"
                          : shown_value(cells.empty() ? nullptr : cells.front());
}

void keep_only(List& rows, const std::vector<bool>& kept) {
  std::size_t left = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (kept[row]) {
      if (left != row) {
        rows[left] = std::move(rows[row]);
      }
      ++left;
    }
  }
  rows.resize(left);
}

bool holds_any(const std::vector<bool>& kept) {
  return std::find(kept.begin(), kept.end(), true) != kept.end();
}

}  // namespace

Filter Filter::compile(const std::vector<std::vector<Condition>>& conditions,
                       const RecordShape& shape, const TimeZone& zone, Faults& faults) {
  Filter filter(shape.around);
  for (const std::vector<Condition>& conditions_of_group : conditions) {
    Group group;
    for (const Condition& condition : conditions_of_group) {
      if (auto test = Comparison::compile(condition, shape, zone, faults)) {
        group.push_back(std::move(*test));
      }
    }
    filter.groups_.push_back(std::move(group));
  }
  return filter;
}

std::string Filter::sift(Value& record, std::vector<std::string>* left_out) const {
  std::string reasons;
  std::vector<Held> held;
  for (const Group& group : groups_) {
    Held candidate{&group, {}};
    const std::string reason = judge(group, record, candidate.tables);
    if (!reason.empty()) {
      reasons += (reasons.empty() ? "" : "; ") + reason;
    } else if (candidate.tables.empty()) {
      return {};  // it keeps all rows, whatever the other groups say
    } else {
      held.push_back(std::move(candidate));
    }
  }
  if (held.empty()) {
    return reasons;
  }
  leave_out(held, left_out);
  return {};
}

std::string Filter::judge(const Group& group, const Value& record,
                          std::vector<RowsKept>& tables) const {
  for (const Comparison& test : group) {
    const Value* value = find_in_record(record, test.field(), around_);
    const auto table =
        value == nullptr ? find_sub_table(record, test.field(), around_) : std::nullopt;
    if (table && !table->rows->list()->empty()) {
      std::string reason = judge_rows({&test, *table}, tables);
      if (!reason.empty()) {
        return reason;
      }
    } else if (!meets_whole(test, value)) {
      return unmet(test, shown_value(value));
    }
  }
  return {};
}

std::string Filter::judge_rows(const Asked& asked, std::vector<RowsKept>& tables) {
  const auto* const test = asked.test;
  const auto& table = asked.table;
  const List& rows = *table.rows->list();
  auto known = std::find_if(tables.begin(), tables.end(),
                            [&](const RowsKept& kept) { return kept.rows == table.rows; });
  if (known == tables.end()) {
    known = tables.insert(known, {table.rows, std::vector<bool>(rows.size(), true), {}});
  }
  const auto by_row = [&](std::size_t row) {
    return unmet(*test, fmt::format("{} in row {} of `{}`", shown_cell(rows[row], table.column),
                                    row + 1, table.name));
  };
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool wanted = known->kept[row] || test->strict();
    const bool met = wanted && meets_row(*test, rows[row], table.column);
    if (test->strict() && !met) {
      return by_row(row);
    }
    known->kept[row] = known->kept[row] && met;
  }
  if (holds_any(known->kept)) {
    known->asked.push_back(asked);
    return {};
  }
  if (rows.size() == 1) {
    return by_row(0);
  }
  const char* const left = known->asked.empty() ? "" : " that the conditions before it leave";
  return unmet(*test, fmt::format("any of the {} rows of `{}`{}", rows.size(), table.name, left));
}

const Filter::RowsKept* Filter::find_rows(const std::vector<RowsKept>& tables, const Value* rows) {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const RowsKept& kept) { return kept.rows == rows; });
  return found == tables.end() ? nullptr : &*found;
}

void Filter::leave_out(const std::vector<Held>& held, std::vector<std::string>* left_out) {
  for (const RowsKept& first : held.front().tables) {
    std::vector<bool> kept = first.kept;
    for (const Held& other : held) {
      const RowsKept* same = find_rows(other.tables, first.rows);
      for (std::size_t row = 0; row < kept.size(); ++row) {
        kept[row] = kept[row] || same == nullptr || same->kept[row];
      }
    }
    for (std::size_t row = 0; row < kept.size() && left_out != nullptr; ++row) {
      if (!kept[row]) {
        left_out->push_back(why_left_out(held, first.rows, row));
      }
    }
    // The record was handed to sift() to be changed, and the list is a part of it.
    keep_only(*const_cast<Value*>(first.rows)->list(), kept);  // NOLINT(*-const-cast)
  }
}

std::string Filter::why_left_out(const std::vector<Held>& held, const Value* rows,
                                 std::size_t row) {
  std::string reasons;
  std::string_view name;
  for (const Held& each : held) {
    for (const auto& [test, table] : find_rows(each.tables, rows)->asked) {
      const Value& judged = (*rows->list())[row];
      name = table.name;
      if (!meets_row(*test, judged, table.column)) {
        reasons += (reasons.empty() ? "" : "; ") + unmet(*test, shown_cell(judged, table.column));
      }
    }
  }
  return fmt::format("row {} of `{}`: {}", row + 1, name, reasons);
}

}  // namespace weir
