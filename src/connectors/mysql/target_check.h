// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "connectors/mysql/statement.h"
#include "connectors/mysql/target.h"
#include "core/error.h"
#include "core/value.h"
#include "spec/fault.h"

#include <optional>
#include <string>

namespace weir {

// Looks at the target as it is and appends what will not work, each with its place in the file:
// table, columns, values of `sample` that do not fit, columns left out, engine, keys, rights.
// Writes nothing. Errors: it could not look.
Result<void> check_mysql_target(MysqlConnection& connection, const MysqlTarget& target,
                                bool transactional, const std::optional<Value>& sample,
                                Faults& faults);

// The engine of the statement's table when it cannot roll back ("MyISAM"); empty: it can, or the
// table is not known.
Result<std::string> engine_without_rollback(MysqlConnection& connection,
                                            const MysqlStatement& statement);
std::string cannot_roll_back(const MysqlStatement& statement, const std::string& engine);

}  // namespace weir
