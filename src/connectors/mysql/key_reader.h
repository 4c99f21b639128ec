// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "connectors/mysql/target.h"
#include "sink/sink.h"
#include "spec/strategy.h"

#include <memory>
#include <string>
#include <string_view>

namespace weir {

// Where the ids of a pipeline's records stand.
struct KeyColumn {
  std::string schema;  // empty: the connection's database
  std::string table;
  std::string column;
};

// What `target: {table: …, key: …}` names, and otherwise what the statement says: its table, and
// the column whose value is a parameter that is nothing but the id: `{id}`, `{{extend.id}}`.
// Errors: `invalid_config`, with what to write.
Result<KeyColumn> find_key_column(const Strategy& strategy, const MysqlTarget& target,
                                  std::string_view id);

// Reads all ids by one statement, so from one snapshot, and keeps none of them.
std::unique_ptr<KeyReader> make_key_reader(std::unique_ptr<MysqlConnection> connection,
                                           KeyColumn column);

}  // namespace weir
