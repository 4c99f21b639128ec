// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "core/error.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct ServerWarning {
  std::optional<std::size_t> row;  // of the call, from 0; empty: the server does not say
  std::string text;
};

// What the server remarked on the data of the last call: cut, rounded, replaced, skipped. Remarks
// on the statement itself (deprecated syntax and the like) are left out. A call of one row has no
// other row to mean. For INSERT and REPLACE the "at row N" of MariaDB and MySQL counts the rows of
// the call, in text and in array binding alike.
Result<std::vector<ServerWarning>> read_warnings(MysqlConnection& connection, std::size_t rows);

// "Data truncated for column 'a' at row 3" -> 2.
std::optional<std::size_t> row_of_warning(std::string_view message);

}  // namespace weir
