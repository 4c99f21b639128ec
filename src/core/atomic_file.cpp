// SPDX-License-Identifier: Apache-2.0
#include "core/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace weir {
namespace {

tl::unexpected<Error> file_error(const std::filesystem::path& file, const char* doing, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(full ? ErrorKind::exhausted : ErrorKind::unavailable,
              "`" + file.string() + "` " + doing + ": " +
                  std::error_code(number, std::generic_category()).message() +
                  (full ? "; make room on the disk" : "; see who may read and write there"));
}

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() { close_now(); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return descriptor_; }
  bool close_now() {
    const int descriptor = std::exchange(descriptor_, -1);
    return descriptor < 0 || ::close(descriptor) == 0;
  }

 private:
  int descriptor_;
};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return true;
}

}  // namespace

Result<void> sync_folder_names(const std::filesystem::path& folder) {
  const OpenFile opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
    return file_error(folder, "cannot be made durable", errno);
  }
  return {};
}

Result<void> write_atomically(const std::filesystem::path& file, mode_t mode,
                              const std::function<Result<void>(int descriptor)>& write) {
  std::string beside = file.string() + ".XXXXXX";
  OpenFile opened(::mkostemp(beside.data(), O_CLOEXEC));
  if (opened.get() < 0) {
    return file_error(file, "cannot be written", errno);
  }
  Result<void> written = write(opened.get());
  if (written && (::fchmod(opened.get(), mode) != 0 || ::fsync(opened.get()) != 0 ||
                  !opened.close_now() || std::rename(beside.c_str(), file.c_str()) != 0)) {
    written = file_error(file, "cannot be written", errno);
  }
  if (!written) {
    ::unlink(beside.c_str());
    return written;
  }
  const std::filesystem::path folder = file.parent_path();
  return sync_folder_names(folder.empty() ? "." : folder);
}

Result<void> write_atomically(const std::filesystem::path& file, std::string_view bytes,
                              mode_t mode) {
  return write_atomically(file, mode, [&](int descriptor) -> Result<void> {
    if (!write_all(descriptor, bytes)) {
      return file_error(file, "cannot be written", errno);
    }
    return {};
  });
}

Result<std::string> read_whole_file(const std::filesystem::path& file) {
  const OpenFile opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.get() < 0) {
    return file_error(file, "cannot be read", errno);
  }
  std::string bytes;
  std::array<char, 65536> part{};
  for (;;) {
    const ssize_t size = ::read(opened.get(), part.data(), part.size());
    if (size == 0) {
      return bytes;
    }
    if (size > 0) {
      bytes.append(part.data(), static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return file_error(file, "cannot be read", errno);
    }
  }
}

}  // namespace weir
