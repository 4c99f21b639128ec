// SPDX-License-Identifier: Apache-2.0
#include "source/call_file.h"

#include "core/failpoint.h"
#include "core/hash.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t block_mark = 0x31736c6c61635f77;  // "w_calls1"
constexpr std::size_t block_size = 4096;
// Bytes that need not be there to be locked.
constexpr off_t change_lock = off_t{1} << 40;
constexpr off_t holder_locks = change_lock + 1;

// What must survive a cut of the power stands in the first sector, which a disk writes whole.
struct Block {
  std::uint64_t mark = 0;  // 0: nobody's yet
  Hash128 account;
  std::uint64_t check = 0;  // of account, month and used
  AccountCalls calls;
};
static_assert(std::is_trivially_copyable_v<Block> && sizeof(Block) <= block_size);
static_assert(offsetof(Block, calls) + offsetof(AccountCalls, used) + sizeof(std::int64_t) <= 512);

std::uint64_t check_of(const Block& block) {
  const std::uint64_t words[] = {block.account.high, block.account.low,
                                 std::bit_cast<std::uint64_t>(block.calls.month),
                                 std::bit_cast<std::uint64_t>(block.calls.used)};
  char bytes[sizeof words];
  std::memcpy(bytes, words, sizeof words);
  return hash64({bytes, sizeof bytes}, block_mark);
}

class CallFile final : public CallLedger {
 public:
  CallFile(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  ~CallFile() override { ::close(descriptor_); }
  CallFile(const CallFile&) = delete;
  CallFile& operator=(const CallFile&) = delete;

  Result<void> take_holder();

  Result<void> change(const std::string& account, const Change& change) override;
  std::size_t holder() const override { return holder_; }
  bool is_gone(std::size_t holder) override;

  tl::unexpected<Error> error(std::string_view doing) const;

 private:
  class Exclusive;
  Result<Keep> change_alone(const std::string& account, const Change& change);
  Result<std::int64_t> find(const Hash128& account);
  Result<bool> read(std::int64_t number, Block& block) const;  // false: behind the end
  Result<void> write(std::int64_t number, const Block& block) const;
  bool lock(off_t byte, short type, int command) const;

  const std::filesystem::path path_;
  const int descriptor_;
  std::size_t holder_ = 0;
  std::mutex mutex_;  // the kernel's locks do not hold apart the threads of one process
  std::map<Hash128, std::int64_t> numbers_;
};

class CallFile::Exclusive {
 public:
  explicit Exclusive(const CallFile& file)
      : file_(file), held_(file.lock(change_lock, F_WRLCK, F_OFD_SETLKW)) {}
  ~Exclusive() {
    if (held_) {
      file_.lock(change_lock, F_UNLCK, F_OFD_SETLK);
    }
  }
  Exclusive(const Exclusive&) = delete;
  Exclusive& operator=(const Exclusive&) = delete;
  bool held() const { return held_; }

 private:
  const CallFile& file_;
  const bool held_;
};

tl::unexpected<Error> CallFile::error(std::string_view doing) const {
  const std::error_code cause(errno, std::generic_category());
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? ErrorKind::exhausted : ErrorKind::unavailable,
              fmt::format("`{}`, which counts the calls of accounts: {}: {}; {}, then start again",
                          path_.string(), doing, cause.message(),
                          full ? "make room on the disk"
                               : "see that disk and folder are there and can be written"),
              std::to_string(errno));
}

bool CallFile::lock(off_t byte, short type, int command) const {
  struct flock request {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = byte;
  request.l_len = 1;
  int done = -1;
  do {
    done = ::fcntl(descriptor_, command, &request);
  } while (done != 0 && errno == EINTR);
  return done == 0;
}

Result<void> CallFile::take_holder() {
  for (; holder_ < call_holders_max; ++holder_) {
    if (lock(holder_locks + static_cast<off_t>(holder_), F_WRLCK, F_OFD_SETLK)) {
      return {};
    }
    if (errno != EAGAIN && errno != EACCES) {
      return error("a lock cannot be had");
    }
  }
  return fail(ErrorKind::unavailable,
              fmt::format("`{}`, which counts the calls of accounts, is in use by {} processes, "
                          "which is as many as there can be; end some of them",
                          path_.string(), call_holders_max));
}

bool CallFile::is_gone(std::size_t holder) {
  struct flock request {};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  request.l_start = holder_locks + static_cast<off_t>(holder);
  request.l_len = 1;
  return holder != holder_ && ::fcntl(descriptor_, F_OFD_GETLK, &request) == 0 &&
         request.l_type == F_UNLCK;
}

Result<bool> CallFile::read(std::int64_t number, Block& block) const {
  char bytes[sizeof(Block)];
  const ssize_t size =
      ::pread(descriptor_, bytes, sizeof bytes, number * static_cast<off_t>(block_size));
  if (size < 0) {
    return error("it cannot be read");
  }
  if (size < static_cast<ssize_t>(sizeof bytes)) {
    return false;
  }
  std::memcpy(&block, bytes, sizeof bytes);
  return true;
}

Result<void> CallFile::write(std::int64_t number, const Block& block) const {
  char bytes[block_size] = {};
  std::memcpy(bytes, &block, sizeof block);
  const ssize_t size =
      ::pwrite(descriptor_, bytes, sizeof bytes, number * static_cast<off_t>(block_size));
  if (size != static_cast<ssize_t>(sizeof bytes)) {
    if (size >= 0) {
      errno = ENOSPC;
    }
    return error("it cannot be written");
  }
  return {};
}

// A block never moves; the one behind the last is free.
Result<std::int64_t> CallFile::find(const Hash128& account) {
  if (const auto known = numbers_.find(account); known != numbers_.end()) {
    return known->second;
  }
  std::int64_t number = 0;
  for (Block block;; ++number) {
    WEIR_TRY(const bool there, read(number, block));
    if (!there || block.mark == 0 || (block.mark == block_mark && block.account == account)) {
      break;
    }
  }
  return number;
}

Result<CallLedger::Keep> CallFile::change_alone(const std::string& account, const Change& change) {
  const std::scoped_lock threads(mutex_);
  const Exclusive processes(*this);
  if (!processes.held()) {
    return error("a lock cannot be had");
  }
  const Hash128 name = hash128(account);
  WEIR_TRY(const std::int64_t number, find(name));
  Block block;
  WEIR_TRY(const bool there, read(number, block));
  if (!there || block.mark == 0) {
    block = Block();
    block.mark = block_mark;
    block.account = name;
  } else if (block.mark != block_mark || block.account != name || block.check != check_of(block)) {
    return fail(ErrorKind::corrupt,
                fmt::format("`{}`, which counts the calls of accounts, is damaged; delete it, and "
                            "the month's count begins anew: lower `budget: {{per_month: …}}` until "
                            "the month's end by what was used",
                            path_.string()));
  }
  const Keep keep = change(block.calls);
  block.check = check_of(block);
  WEIR_CHECK(write(number, block));
  numbers_.emplace(name, number);
  return keep;
}

// What must be durable is waited for outside the lock: others only add to it.
Result<void> CallFile::change(const std::string& account, const Change& change) {
  WEIR_TRY(const Keep keep, change_alone(account, change));
  if (keep == Keep::durable) {
    failpoint("calls.written");
    if (::fsync(descriptor_) != 0) {
      return error("it cannot be made durable");
    }
    failpoint("calls.durable");
  }
  return {};
}

// The file's name must survive a cut of the power too.
bool sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  return done;
}

}  // namespace

Result<std::unique_ptr<CallLedger>> open_call_file(const std::filesystem::path& folder) {
  std::error_code ignored;  // opening says it better
  std::filesystem::create_directories(folder, ignored);
  const std::filesystem::path path = folder / "calls";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  auto file = std::make_unique<CallFile>(path, descriptor);
  if (descriptor < 0) {
    return file->error("it cannot be opened");
  }
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && status.st_size == 0 && !sync_folder(folder)) {
    return file->error("its folder cannot be made durable");
  }
  WEIR_CHECK(file->take_holder());
  return file;
}

}  // namespace weir
