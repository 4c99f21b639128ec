// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/faulty_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <utility>

namespace weir {
namespace {

constexpr int sector = 512;  // bytes that a disk writes whole or not at all

}  // namespace

// One open file: ours in front, SQLite's own behind it.
struct FaultyFile {
  sqlite3_file base;
  FaultyDisk* disk;
  std::string* name;  // of database and log; empty: of nothing that lasts
  bool is_to_hear;    // of a sync of this file that failed elsewhere
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

// What SQLite calls.
struct FaultyDiskCalls {
  static FaultyFile* of(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return of(file)->real(); }
  static const sqlite3_io_methods* methods(sqlite3_file* file) { return real(file)->pMethods; }
  static sqlite3_vfs* real(sqlite3_vfs* disk) { return static_cast<sqlite3_vfs*>(disk->pAppData); }
  static FaultyDisk& disk() { return FaultyDisk::install(); }

  static int code(int full, int broken) {
    const DiskFault fault = disk().fault_;
    return fault == DiskFault::full || fault == DiskFault::full_midway ? full : broken;
  }

  static int close(sqlite3_file* file) {
    const int done = methods(file)->xClose(real(file));
    of(file)->disk->closed(*of(file));
    delete of(file)->name;
    of(file)->name = nullptr;
    return done;
  }
  static int read(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
    return methods(file)->xRead(real(file), bytes, length, offset);
  }
  static FaultyDisk::Undo undo_of(sqlite3_file* file, sqlite3_int64 offset, std::size_t length) {
    sqlite3_int64 size = 0;
    methods(file)->xFileSize(real(file), &size);
    FaultyDisk::Undo undo;
    undo.offset = static_cast<std::uint64_t>(offset);
    undo.size_before = static_cast<std::uint64_t>(size);
    undo.length = length;
    if (offset < size) {
      undo.bytes.resize(std::min(length, static_cast<std::size_t>(size - offset)));
      methods(file)->xRead(real(file), undo.bytes.data(), static_cast<int>(undo.bytes.size()),
                           offset);
    }
    return undo;
  }
  static int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
    const bool strikes = of(file)->disk->strikes();
    if (strikes && disk().fault_ == DiskFault::full_midway) {
      length = length / 2 / sector * sector;
    } else if (strikes) {
      return code(SQLITE_FULL, SQLITE_IOERR_WRITE);
    }
    auto undo = undo_of(file, offset, static_cast<std::size_t>(length));
    const int done = methods(file)->xWrite(real(file), bytes, length, offset);
    of(file)->disk->remember(*of(file)->name, std::move(undo));  // a sync before it was too early
    return strikes ? SQLITE_FULL : done;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (of(file)->disk->strikes(true)) {
      return SQLITE_IOERR_TRUNCATE;
    }
    return methods(file)->xTruncate(real(file), size);
  }
  static int sync(sqlite3_file* file, int flags) {
    of(file)->disk->wait_while_held(*of(file)->name);
    return of(file)->disk->syncs(*of(file)) ? methods(file)->xSync(real(file), flags)
                                            : SQLITE_IOERR_FSYNC;
  }
  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return methods(file)->xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) { return methods(file)->xLock(real(file), level); }
  static int unlock(sqlite3_file* file, int level) {
    return methods(file)->xUnlock(real(file), level);
  }
  static int check_reserved_lock(sqlite3_file* file, int* held) {
    return methods(file)->xCheckReservedLock(real(file), held);
  }
  static int file_control(sqlite3_file* file, int what, void* argument) {
    return methods(file)->xFileControl(real(file), what, argument);
  }
  static int sector_size(sqlite3_file* file) { return methods(file)->xSectorSize(real(file)); }
  static int device_characteristics(sqlite3_file* file) {
    return methods(file)->xDeviceCharacteristics(real(file));
  }
  static int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    if (extend != 0 && of(file)->disk->strikes()) {
      return SQLITE_IOERR_SHMSIZE;
    }
    return methods(file)->xShmMap(real(file), region, size, extend, memory);
  }
  static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return methods(file)->xShmLock(real(file), offset, count, flags);
  }
  static void shm_barrier(sqlite3_file* file) { methods(file)->xShmBarrier(real(file)); }
  static int shm_unmap(sqlite3_file* file, int remove) {
    return methods(file)->xShmUnmap(real(file), remove);
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags,
                  int* flags_out) {
    FaultyFile* opened = of(file);
    opened->base.pMethods = nullptr;
    opened->disk = &disk();
    std::error_code missing;
    const bool creates = (flags & SQLITE_OPEN_CREATE) != 0 && name != nullptr &&
                         !std::filesystem::exists(name, missing);
    if (creates && opened->disk->strikes()) {
      return SQLITE_CANTOPEN;
    }
    const int done = real(vfs)->xOpen(real(vfs), name, opened->real(), flags, flags_out);
    if (opened->real()->pMethods != nullptr) {
      opened->base.pMethods = &table;
      opened->name = new std::string(name != nullptr ? name : "");
      opened->is_to_hear = false;
      opened->disk->opened(*opened);
    }
    return done;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    if (disk().strikes(true)) {
      return SQLITE_IOERR_DELETE;
    }
    disk().removed(name);
    return real(vfs)->xDelete(real(vfs), name, sync_folder);
  }
  static int last_error(sqlite3_vfs* vfs, int length, char* text) {
    const int injected = disk().last_error();
    return injected != 0 ? injected : real(vfs)->xGetLastError(real(vfs), length, text);
  }

  static const sqlite3_io_methods table;
};

const sqlite3_io_methods FaultyDiskCalls::table = {
    2,
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    lock,
    unlock,
    check_reserved_lock,
    file_control,
    sector_size,
    device_characteristics,
    shm_map,
    shm_lock,
    shm_barrier,
    shm_unmap,
    nullptr,
    nullptr,
};

FaultyDisk& FaultyDisk::install() {
  static FaultyDisk disk;
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs* real = sqlite3_vfs_find("unix");
    sqlite3_vfs made = *real;
    made.zName = "weir-faulty";
    made.pNext = nullptr;
    made.pAppData = real;
    made.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real->szOsFile;
    made.xOpen = FaultyDiskCalls::open;
    made.xDelete = FaultyDiskCalls::remove;
    made.xGetLastError = FaultyDiskCalls::last_error;
    return made;
  }();
  [[maybe_unused]] static const int registered = sqlite3_vfs_register(&vfs, 1);
  return disk;
}

void FaultyDisk::arm(DiskFault fault, std::int64_t at) {
  const std::scoped_lock lock(mutex_);
  armed_ = true;
  struck_ = false;
  fault_ = fault;
  steps_left_ = at;
  unsynced_.clear();
  lost_.clear();
}

void FaultyDisk::disarm() {
  const std::scoped_lock lock(mutex_);
  armed_ = false;
}

bool FaultyDisk::struck() const {
  const std::scoped_lock lock(mutex_);
  return struck_;
}

bool FaultyDisk::strikes(bool frees) {
  const std::scoped_lock lock(mutex_);
  return strikes_now(frees);
}

bool FaultyDisk::strikes_now(bool frees) {
  const bool full = fault_ == DiskFault::full || fault_ == DiskFault::full_midway;
  if (!armed_ || (frees && full) || --steps_left_ > 0 ||
      (struck_ && fault_ == DiskFault::broken_once)) {
    return false;
  }
  struck_ = true;
  changed_.notify_all();
  return true;
}

void FaultyDisk::await_struck() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return struck_; });
}

void FaultyDisk::hold() {
  const std::scoped_lock lock(mutex_);
  held_ = true;
}

void FaultyDisk::await_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_ > 0; });
}

void FaultyDisk::let_go() {
  const std::scoped_lock lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void FaultyDisk::wait_while_held(const std::string& file) {
  std::unique_lock lock(mutex_);
  if (!held_ || !file.ends_with("-wal")) {
    return;
  }
  ++waiting_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !held_; });
  --waiting_;
}

int FaultyDisk::last_error() const {
  const std::scoped_lock lock(mutex_);
  if (!armed_ || !struck_) {
    return 0;
  }
  switch (fault_) {
    case DiskFault::full:
    case DiskFault::full_midway:
      return ENOSPC;
    case DiskFault::read_only:
      return EROFS;
    default:
      return EIO;
  }
}

void FaultyDisk::remember(const std::string& file, Undo undo) {
  const std::scoped_lock lock(mutex_);
  unsynced_[std::filesystem::path(file).filename().string()].push_back(std::move(undo));
}

// Whether what was written to the file is on the disk now.
bool FaultyDisk::syncs(FaultyFile& file) {
  const std::scoped_lock lock(mutex_);
  const std::string name = std::filesystem::path(*file.name).filename().string();
  if (strikes_now(false)) {
    lost_[name] = unsynced_[name].size();
    for (FaultyFile* other : open_) {
      other->is_to_hear |= other != &file && *other->name == *file.name;
    }
    return false;
  }
  unsynced_[name].resize(lost_[name]);
  return !std::exchange(file.is_to_hear, false);
}

void FaultyDisk::opened(FaultyFile& file) {
  const std::scoped_lock lock(mutex_);
  open_.insert(&file);
}

void FaultyDisk::closed(FaultyFile& file) {
  const std::scoped_lock lock(mutex_);
  open_.erase(&file);
}

void FaultyDisk::removed(const std::string& file) {
  const std::scoped_lock lock(mutex_);
  const std::string name = std::filesystem::path(file).filename().string();
  unsynced_.erase(name);
  lost_.erase(name);
}

void FaultyDisk::copy_as_killed(const std::filesystem::path& from,
                                const std::filesystem::path& to) const {
  std::filesystem::create_directories(to);
  for (const char* name : {"journal.db", "journal.db-wal"}) {
    if (std::filesystem::exists(from / name)) {
      std::filesystem::copy_file(from / name, to / name);
    }
  }
}

void FaultyDisk::copy_as_cut(const std::filesystem::path& from, const std::filesystem::path& to,
                             std::mt19937_64& random) const {
  constexpr std::uint64_t step = sector;
  copy_as_killed(from, to);
  const std::scoped_lock lock(mutex_);
  for (const auto& [name, undos] : unsynced_) {
    if (!std::filesystem::exists(to / name)) {
      continue;
    }
    std::string bytes;
    {
      std::ifstream stream(to / name, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(stream), {});
    }
    for (auto undo = undos.rbegin(); undo != undos.rend(); ++undo) {
      const std::uint64_t end = std::min<std::uint64_t>(undo->offset + undo->length, bytes.size());
      for (std::uint64_t at = undo->offset; at < end; at = (at / step + 1) * step) {
        if (random() % 2 == 0) {
          continue;  // this sector had been written out by itself
        }
        for (std::uint64_t i = at; i < std::min(end, (at / step + 1) * step); ++i) {
          const std::uint64_t old = i - undo->offset;
          bytes[i] = old < undo->bytes.size() ? undo->bytes[old] : '\0';
        }
      }
    }
    std::ofstream(to / name, std::ios::binary | std::ios::trunc) << bytes;
  }
}

}  // namespace weir
