// SPDX-License-Identifier: Apache-2.0
#include "core/value.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// What parses is written as JSON that parses to the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  if (const auto value = weir::parse_json(json)) {
    const auto again = weir::parse_json(weir::to_json(*value));
    if (!again || *again != *value) {
      std::abort();
    }
  }
  return 0;
}
