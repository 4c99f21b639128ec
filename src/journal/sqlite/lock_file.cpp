// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/lock_file.h"

#include "journal/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t command_bytes_max = 200;

std::string own_name() {
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  std::string command{std::istreambuf_iterator<char>(stream), {}};
  while (!command.empty() && command.back() == '\0') {
    command.pop_back();
  }
  std::replace_if(
      command.begin(), command.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; },
      ' ');
  command.resize(std::min(command.size(), command_bytes_max));
  return fmt::format("process {} ({})\n", ::getpid(), command);
}

std::string holder_of(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  holder.resize(std::min(holder.find('\n'), holder.size()));
  return holder.empty() ? "another process" : holder;
}

tl::unexpected<Error> failed(const std::filesystem::path& file, const char* what) {
  const std::error_code cause(errno, std::generic_category());
  return fail(
      kind_of_failure(cause.value()),
      fmt::format("lock `{}`: {}: {}; see that there is room, that the folder can be written "
                  "and that it is on a local disk",
                  file.string(), what, cause.message()));
}

bool stands_at(const std::filesystem::path& file, int descriptor) {
  struct stat locked {};
  struct stat named {};
  return ::fstat(descriptor, &locked) == 0 && ::stat(file.c_str(), &named) == 0 &&
         locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

void write_name(int descriptor) {
  const std::string name = own_name();
  // The lock holds without it.
  [[maybe_unused]] const int cut = ::ftruncate(descriptor, 0);
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, name.data(), name.size(), 0);
}

}  // namespace

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile::~LockFile() {
  if (descriptor_ >= 0) {
    [[maybe_unused]] const int cut = ::ftruncate(descriptor_, 0);
    ::close(descriptor_);
  }
}

Result<LockFile> LockFile::take(const std::filesystem::path& file, Clock& clock,
                                std::chrono::milliseconds wait,
                                const std::function<void(const std::string& holder)>& on_wait,
                                std::stop_token stop) {
  constexpr std::chrono::milliseconds pause(20);
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return failed(file, "cannot be opened");
  }
  LockFile lock(descriptor);
  const Monotonic patience_ends = clock.monotonic() + wait;
  bool told = false;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const auto error = failed(file, "cannot be locked");
      ::close(std::exchange(lock.descriptor_, -1));
      return error;
    }
    const std::string holder = holder_of(descriptor);
    if (clock.monotonic() >= patience_ends) {
      ::close(std::exchange(lock.descriptor_, -1));  // without emptying what another has written
      return fail(ErrorKind::conflict,
                  fmt::format("this workspace is in use by {}; wait for it or end it (lock `{}`)",
                              holder, file.string()));
    }
    if (!told && on_wait) {
      on_wait(holder);
    }
    told = true;
    if (!clock.sleep_for(pause, stop)) {
      ::close(std::exchange(lock.descriptor_, -1));
      return fail(ErrorKind::cancelled,
                  fmt::format("stopped while waiting for {} (lock `{}`)", holder, file.string()));
    }
  }
  if (!stands_at(file, descriptor)) {
    // A restore has put another folder here while this one was waited for.
    ::close(std::exchange(lock.descriptor_, -1));
    const auto remaining = std::max(patience_ends - clock.monotonic(), Monotonic::duration(0));
    return take(file, clock, std::chrono::duration_cast<std::chrono::milliseconds>(remaining),
                on_wait, std::move(stop));
  }
  write_name(descriptor);
  return lock;
}

}  // namespace weir
