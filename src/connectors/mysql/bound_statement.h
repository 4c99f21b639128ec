// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/statement.h"
#include "core/error.h"
#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// One statement of a pipeline's target, and the fields of its `request` whose values it binds.
struct BoundStatement {
  std::string key = "main_sql";  // the field that holds it; else "extend_sql_1" and so on
  std::string values;            // the field whose children it binds; empty: `request` itself
  bool each = false;             // executed once for each element of the list `values`
  std::string sql;               // as it is shown to people
  Location at;
  MysqlStatement statement;
  const std::vector<Field>* fields = nullptr;  // what it binds; lives in the strategy
  std::set<std::string> secrets;               // parameters whose values are never shown
  // Parameters that stand for the auto-increment id that `main_sql` gave the record.
  std::set<std::string> insert_ids;

  // The statement as it is read, when that is not `sql`: of batchexecute, whose columns may have
  // names that no parameter can have. `names` are then those of its parameters, in their order.
  std::string positional_sql;
  std::vector<std::string> names;

  // Where a parameter stands in the file; nullptr: it is none of the fields.
  const Field* field(std::string_view name) const;

  // As the server reads it. Errors: as parse_statement.
  Result<MysqlStatement> parse(bool backslash_escapes = true) const;

  // The objects of a mapped request that it binds, one an execution. They live in the request.
  // Errors: `internal` (the request has not the form of the target).
  Result<std::vector<const Object*>> rows_of(const Value& request) const;
  // Likewise of what stands under `values`; nullptr: nothing does.
  Result<std::vector<const Object*>> objects_of(const Value* bound) const;
  // That error.
  tl::unexpected<Error> without_values() const;
};

}  // namespace weir
