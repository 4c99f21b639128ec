// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

// The one file that a backup or an export is: a tar archive, compressed by zstd, that `tar --zstd`
// reads. Its first member, `manifest.json`, names every other with its size and SHA-256.

namespace weir {

// A member: what `bytes` holds, or, where `from` is given, that file, which nobody changes.
struct ArchiveMember {
  std::string path;  // relative, of '/'
  std::string bytes;
  std::filesystem::path from{};
};

// Writes `file`, of mode 0600: whole under its name and durable, or not at all. `manifest` is an
// object; the list of members is added to it. Errors: `unavailable`, `exhausted`, `cancelled`.
Result<void> write_archive(const std::filesystem::path& file, Value manifest,
                           const std::vector<ArchiveMember>& members, std::stop_token stop);

// Unpacks into the empty folder `folder` and gives the manifest, when every member is there as it
// was written and nothing else is. Files get mode 0600. Errors: `corrupt` (names the member),
// `rejected` (no such archive; its `kind` is not this one), `unavailable`, `exhausted`,
// `cancelled`; what was unpacked by then is left to the caller.
Result<Value> unpack_archive(const std::filesystem::path& file, std::string_view kind,
                             const std::filesystem::path& folder, std::stop_token stop);

// A text or number of a manifest; empty: not there.
std::string manifest_text(const Value& manifest, std::string_view name);

}  // namespace weir
