// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_operations.h"
#include "journal/sqlite/test_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <vector>

namespace weir {
namespace {

std::vector<std::uint8_t> bytes_of(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> bytes(200 + random() % 1500);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(random());
  }
  return bytes;
}

// Thousands of random sequences of operations against the model. A failure names its seed; with
// WEIR_SEED in the environment only that sequence is run, WEIR_SEQUENCES sets their number.
TEST(JournalModel, JournalDoesAsTheModelDoes) {
  const char* chosen = std::getenv("WEIR_SEED");       // NOLINT(concurrency-mt-unsafe)
  const char* number = std::getenv("WEIR_SEQUENCES");  // NOLINT(concurrency-mt-unsafe)
  const std::uint64_t first = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  const std::uint64_t count = chosen != nullptr   ? 1
                              : number != nullptr ? std::strtoull(number, nullptr, 10)
                                                  : 400 / test_share;
  const TestFolder folder;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const auto bytes = bytes_of(seed);
    const std::string fault = JournalOperations(folder.path() / "state", bytes).run();
    ASSERT_EQ(fault, "") << "replay with WEIR_SEED=" << seed;
  }
}

}  // namespace
}  // namespace weir
