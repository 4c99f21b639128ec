// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace weir {

// Sanitizers take ten times as long: tests that count on numbers do a tenth of the work under them.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr int test_share = 10;
#else
inline constexpr int test_share = 1;
#endif

// A folder of its own for one test, deleted at its end. In memory where there is such a place:
// these tests kill processes, not machines.
class TestFolder {
 public:
  TestFolder() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code missing;
    const auto root = std::filesystem::is_directory(memory, missing)
                          ? memory
                          : std::filesystem::temp_directory_path();
    std::string name = (root / "weir-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TestFolder() {
    std::error_code failed;
    std::filesystem::remove_all(path_, failed);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace weir
