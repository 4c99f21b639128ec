// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/serve_log.h"
#include "journal/journal.h"
#include "pipeline/run_result.h"

#include <cstdint>

namespace weir {

// Of a run's records that failed or are in doubt, so many have a line of their own.
inline constexpr std::int64_t records_logged_max = 20;

// Writes that a run ended, with its books; before it, a line for each record that failed or is in
// doubt, and how many more there are. Blocks for the disk.
void log_run_ended(ServeLog& log, const RunResult& result, Journal& journal);

}  // namespace weir
