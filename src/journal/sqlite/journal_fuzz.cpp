// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_operations.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // In memory: a fuzzer's transactions need not outlive the machine.
  const auto folder = std::filesystem::path("/dev/shm") / fmt::format("weir-fuzz-{}", ::getpid());
  const std::string fault = weir::JournalOperations(folder, {data, size}).run();
  if (!fault.empty()) {
    fmt::print(stderr, "{}\n", fault);
    std::abort();
  }
  return 0;
}
