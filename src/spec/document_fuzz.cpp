// SPDX-License-Identifier: Apache-2.0
#include "spec/document.h"
#include "spec/strategy_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

class EchoReferences final : public weir::References {
 public:
  weir::Result<std::string> resolve(std::string_view, std::string_view name) const override {
    if (name.size() % 2 == 1) {
      return weir::fail(weir::ErrorKind::rejected, "not set");
    }
    return std::string(name);
  }
};

}  // namespace

// Any bytes give a tree or faults; what has no faults can be written as JSON and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  weir::Faults faults;
  const weir::Node node = weir::read_document(text, "fuzz", EchoReferences(), faults);
  const weir::Value value = node.to_value();
  if (faults.empty() && !weir::parse_json(weir::to_json(value))) {
    std::abort();
  }
  weir::read_strategy(node, true, faults);
  for (const weir::Fault& fault : faults) {
    if (fault.message.empty() || to_string(fault).find("fuzz") == std::string::npos) {
      std::abort();
    }
  }
  return 0;
}
