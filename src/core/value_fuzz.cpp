// SPDX-License-Identifier: Apache-2.0
#include "core/value.h"

#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

// Whether simdjson's own parser says so too. It holds no number beyond 64 bits, and is told to go
// deeper than we do.
void check_verdict(std::string_view json, const weir::Result<weir::Value>& ours) {
  constexpr std::size_t deep = 2000;
  thread_local simdjson::dom::parser parser;
  if (parser.allocate(json.size(), deep) != simdjson::SUCCESS) {
    return;
  }
  const auto error = parser.parse(json.data(), json.size()).error();
  if (ours && error != simdjson::SUCCESS && error != simdjson::NUMBER_ERROR) {
    std::abort();
  }
  const bool too_deep = !ours && ours.error().kind == weir::ErrorKind::rejected;
  if (!ours && error == simdjson::SUCCESS && !too_deep) {
    std::abort();
  }
}

}  // namespace

// What parses is written as JSON that parses to the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto value = weir::parse_json(json);
  check_verdict(json, value);
  if (value) {
    const auto again = weir::parse_json(weir::to_json(*value));
    if (!again || *again != *value) {
      std::abort();
    }
  }
  return 0;
}
