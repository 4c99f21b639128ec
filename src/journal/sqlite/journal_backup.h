// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace weir {

// Copies `folder`/journal.db as it stands at one moment to the new file `copy`, while another
// process may be writing to it and is not held up; durable when it returns. Gives the journal's
// UUID; empty, and no copy: there is no journal yet. Errors: of the journal, `cancelled`.
Result<std::string> copy_journal(const std::filesystem::path& folder,
                                 const std::filesystem::path& copy, std::stop_token stop);

// Says of the journal in `folder`, which nobody has open, that it was put back from a backup: it
// gets a UUID of its own, so that neither the marks that its former self left in the targets speak
// for it nor its former self can take its marks for its own; and Journal::is_restored() is true
// until that is ended. `told` is kept for people. Works without a journal there, too.
Result<void> mark_restored(const std::filesystem::path& folder, const std::string& told);

// False: it was not so marked. The caller holds the lock.
Result<bool> end_restored(const std::filesystem::path& folder);
bool is_marked_restored(const std::filesystem::path& folder);

}  // namespace weir
