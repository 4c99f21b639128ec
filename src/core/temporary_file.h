// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace weir {

// Bytes that are too many for memory and end with the process at the latest: a file without a name.
// Written by one thread; then any thread may read. Blocks for the disk. Errors: `exhausted` (no
// room), `unavailable`.
class TemporaryFile {
 public:
  // On the disk of `folder`, which there is; readable by its owner alone.
  static Result<TemporaryFile> make(const std::filesystem::path& folder);
  ~TemporaryFile();
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  // Where the bytes will stand.
  Result<std::uint64_t> append(std::string_view bytes);
  // What is still in memory goes to the file; before the first read.
  Result<void> flush();
  // `length` bytes from `offset` on, less at the end.
  Result<std::string> read(std::uint64_t offset, std::size_t length) const;

 private:
  TemporaryFile(std::filesystem::path folder, int descriptor);
  tl::unexpected<Error> error(const char* doing) const;

  std::filesystem::path folder_;
  int descriptor_;
  std::uint64_t flushed_ = 0;
  std::string buffer_;
};

}  // namespace weir
