// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/statement.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <optional>
#include <set>
#include <string>

namespace weir {

// What a pipeline's `target` says to this connector: api `execute` with the object `main_params`,
// whose children are the statement's parameters, and `main_sql`, the statement.
struct MysqlTarget {
  std::string sql;
  Location sql_at;
  MysqlStatement statement;
  const Field* parameters = nullptr;  // main_params; lives in the strategy
  std::set<std::string> secrets;      // parameters whose values are never shown

  // Where a parameter stands in the file.
  const Field* parameter(const std::string& name) const;
};

// Reads the target. Appends all faults; gives nothing if one is an error. The strategy must outlive
// what is given.
std::optional<MysqlTarget> read_mysql_target(const Strategy& strategy, bool at_least_once,
                                             Faults& faults);

}  // namespace weir
