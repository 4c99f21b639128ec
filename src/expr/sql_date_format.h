// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "expr/sql_value.h"

#include <string_view>

namespace weir {

// DATE_FORMAT in English. Errors: `rejected`, the numbers of weeks (%U %u %V %v %X %x).
Result<SqlValue> format_sql_time(const SqlTime& time, std::string_view pattern);

}  // namespace weir
