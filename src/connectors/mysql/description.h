// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/target.h"
#include "sink/sink.h"

#include <string>

namespace weir {

// The statements of a record and their values, for people: a line a value, below its statement.
// Where a record is several rows or a statement is executed several times, each of them has a
// heading ("row 2 of 3", "element 1 of 2"). Secrets are masked.
std::string describe_record(const MysqlTarget& target, const OutgoingRecord& record);

}  // namespace weir
