// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "source/call_ledger.h"

#include <filesystem>
#include <memory>

namespace weir {

// The ledger of all processes that open the same folder: the file `calls`, a block of 4 KiB an
// account, named by a hash. A lock on a byte of the file, held for microseconds, lets one process
// change it at a time; a lock on another byte, held for life, says that a process is there. The
// kernel frees both when a process ends, however it ends. Makes folder and file where they are
// missing. Errors: `unavailable` (no rights, read-only, as many processes as may be), `exhausted`
// (disk full).
Result<std::unique_ptr<CallLedger>> open_call_file(const std::filesystem::path& folder);

}  // namespace weir
