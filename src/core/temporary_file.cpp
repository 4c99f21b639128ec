// SPDX-License-Identifier: Apache-2.0
#include "core/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t buffered_max = 64U << 10U;

int open_nameless(const std::filesystem::path& folder) {
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {  // this file system has none
    std::string name = (folder / "temporary-XXXXXX").string();
    descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) {
      ::unlink(name.c_str());
    }
  }
  return descriptor;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::make(const std::filesystem::path& folder) {
  TemporaryFile file(folder, open_nameless(folder));
  if (file.descriptor_ < 0) {
    return file.error("cannot be made");
  }
  return file;
}

TemporaryFile::TemporaryFile(std::filesystem::path folder, int descriptor)
    : folder_(std::move(folder)), descriptor_(descriptor) {}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      flushed_(other.flushed_),
      buffer_(std::move(other.buffer_)) {}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

tl::unexpected<Error> TemporaryFile::error(const char* doing) const {
  const int number = errno;
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  return fail(full ? ErrorKind::exhausted : ErrorKind::unavailable,
              "a temporary file in `" + folder_.string() + "` " + doing + ": " +
                  std::error_code(number, std::generic_category()).message() +
                  (full ? "; make room on the disk" : "; see who may write there"));
}

Result<std::uint64_t> TemporaryFile::append(std::string_view bytes) {
  const std::uint64_t offset = flushed_ + buffer_.size();
  buffer_ += bytes;
  if (buffer_.size() >= buffered_max) {
    WEIR_CHECK(flush());
  }
  return offset;
}

Result<void> TemporaryFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, left.data(), left.size(), static_cast<off_t>(flushed_));
    if (written < 0 && errno != EINTR) {
      return error("cannot be written");
    }
    const auto size = static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    flushed_ += size;
    left.remove_prefix(size);
  }
  buffer_.clear();
  return {};
}

Result<std::string> TemporaryFile::read(std::uint64_t offset, std::size_t length) const {
  std::string bytes(length, '\0');
  std::size_t filled = 0;
  while (filled < length) {
    const ssize_t got = ::pread(descriptor_, bytes.data() + filled, length - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno != EINTR) {
      return error("cannot be read");
    }
    if (got == 0) {
      break;
    }
    filled += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace weir
