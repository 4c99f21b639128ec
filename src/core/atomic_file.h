// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace weir {

// Puts a whole file into the place of `file`: after a crash or a power cut the old one stands there
// or the new one. Written beside it with the rights `mode`, made durable, renamed. Blocks for the
// disk. Errors: `exhausted` (no room), `unavailable`; the old file then stands unchanged.
Result<void> write_atomically(const std::filesystem::path& file, std::string_view bytes,
                              mode_t mode);
// The same of what `write` writes to the descriptor, which stays ours. Errors: also those of
// `write`.
Result<void> write_atomically(const std::filesystem::path& file, mode_t mode,
                              const std::function<Result<void>(int descriptor)>& write);

// Makes the names in a folder durable.
Result<void> sync_folder_names(const std::filesystem::path& folder);

// All of a file. Errors: `unavailable`, with the system's own words.
Result<std::string> read_whole_file(const std::filesystem::path& file);

}  // namespace weir
