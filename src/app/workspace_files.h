// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/archive.h"
#include "core/error.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Puts a file into a workspace, its folder first, with the rights that a new file has. Errors:
// those of write_atomically.
Result<void> write_workspace_file(const std::filesystem::path& file, std::string_view text);

struct BackupContent {
  std::vector<ArchiveMember> members;
  std::string journal;                // its UUID; empty: there is none yet
  std::vector<std::string> left_out;  // neither folders nor plain files, and so not kept
  bool secrets = false;               // sealed ones are among it; their key never is
};

// Where the state stands in an archive, wherever it stands in a workspace.
inline constexpr const char* archived_state = ".weir";

// What a backup of the workspace `root` holds: its files but `.git`, the state's journal as it
// stands at one moment, copied to `journal_copy`, the count of calls and the sealed secrets. `file`
// is the backup itself. Any process may be at work on the workspace meanwhile.
Result<BackupContent> collect_backup(const std::filesystem::path& root,
                                     const std::filesystem::path& state,
                                     const std::filesystem::path& file,
                                     const std::filesystem::path& journal_copy,
                                     std::stop_token stop);

}  // namespace weir
