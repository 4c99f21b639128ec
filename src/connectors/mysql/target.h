// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/connector.h"
#include "connectors/mysql/bound_statement.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <optional>
#include <vector>

namespace weir {

// What a pipeline's `target` says to this connector:
//   api `execute`       the object `main_params`, whose children are the parameters of `main_sql`;
//                       and any number of extensions: `extend_params_N` with `extend_sql_N`, which
//                       is executed after `main_sql`, of type array once for each element of the
//                       list, of type object once; `:lastInsertId` is there the auto-increment id
//                       that `main_sql` was given
//   api `batchexecute`  `main_sql` that ends at VALUES, and `request`, a field for each column
struct MysqlTarget {
  std::vector<BoundStatement> statements;  // main_sql, then the extensions by their numbers

  const BoundStatement& main() const { return statements.front(); }
  bool needs_insert_id() const;
  bool commits_itself() const;
  // Delivered again, a record takes the place of what it wrote before.
  bool is_repeatable() const;
  // Each statement can be executed for many records before the next one is: all of them add rows,
  // each to a table of its own, so that the order across tables shows nowhere.
  bool in_bulk() const;
};

// What `api` may be.
std::vector<ConnectorApi> mysql_apis();

// Reads the target. Appends all faults; gives nothing if one is an error. The strategy must outlive
// what is given.
std::optional<MysqlTarget> read_mysql_target(const Strategy& strategy, bool at_least_once,
                                             Faults& faults);

}  // namespace weir
