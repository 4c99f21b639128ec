// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/sqlite_database.h"

#include <span>

namespace weir {

// Runs inside the caller's transaction.
using SchemaStep = Result<void> (*)(Database& database);

// Step i makes version i + 1 from version i.
std::span<const SchemaStep> schema_steps();

}  // namespace weir
