// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/connector_file.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

// Any text is a connector file or a list of faults.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::Faults faults;
  const auto file = weir::read_connector_file(
      std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yaml", faults);
  if ((file == nullptr) != weir::has_errors(faults)) {
    __builtin_trap();
  }
  return 0;
}
