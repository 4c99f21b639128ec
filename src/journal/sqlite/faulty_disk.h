// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace weir {

struct FaultyFile;

enum class DiskFault : std::uint8_t {
  full,         // no byte more, ENOSPC; stays
  full_midway,  // the same, after half of the write that met it
  broken_once,  // one write, sync or truncation fails, EIO
  broken,       // all of them from there on, EIO
  read_only,    // remounted, EROFS; stays
};

// A disk between SQLite and the real one that fails at the n-th step of those that change it
// (writing, cutting, syncing, creating, deleting, growing the shared memory), and that knows what a
// power cut could undo: what a failed sync was to bring to the disk never gets there, as on Linux,
// though the next sync succeeds; but whoever has the file open as well hears of it at its own next
// sync, once. Installed as SQLite's default for the whole process. Any thread.
// For tests.
class FaultyDisk {
 public:
  static FaultyDisk& install();

  // The `at`-th step from now on, counted from 1, meets the fault.
  void arm(DiskFault fault, std::int64_t at);
  void disarm();
  bool struck() const;
  void await_struck();

  // A sync of the log from now on does not end before the disk is let go.
  void hold();
  void await_held();  // until one has begun
  void let_go();

  // Copies the files of a folder as a killed process leaves them, or as a power cut would: what was
  // written since the last sync of a file is there, missing or zero, sector by sector.
  void copy_as_killed(const std::filesystem::path& from, const std::filesystem::path& to) const;
  void copy_as_cut(const std::filesystem::path& from, const std::filesystem::path& to,
                   std::mt19937_64& random) const;

 private:
  friend struct FaultyDiskCalls;

  struct Undo {
    std::uint64_t offset = 0;
    std::uint64_t size_before = 0;  // of the file
    std::string bytes;              // that were there, as far as the file went
    std::uint64_t length = 0;       // that were written
  };

  // Whether this step meets the fault. `frees`: a full disk does it all the same.
  bool strikes(bool frees = false);
  bool strikes_now(bool frees);
  int last_error() const;
  void wait_while_held(const std::string& file);
  void opened(FaultyFile& file);
  void closed(FaultyFile& file);
  void remember(const std::string& file, Undo undo);
  bool syncs(FaultyFile& file);
  void removed(const std::string& file);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int waiting_ = 0;  // syncs
  bool armed_ = false;
  bool struck_ = false;
  DiskFault fault_ = DiskFault::full;
  std::int64_t steps_left_ = 0;
  std::set<FaultyFile*> open_;
  std::map<std::string, std::vector<Undo>> unsynced_;
  std::map<std::string, std::size_t> lost_;  // how many of those a failed sync has left behind
};

}  // namespace weir
