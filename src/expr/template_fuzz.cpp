// SPDX-License-Identifier: Apache-2.0
#include "expr/template.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any text compiles or is refused; a constant one stands for itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto compiled = weir::Template::compile(text);
  if (!compiled) {
    return compiled.error().kind == weir::ErrorKind::invalid_config ? 0 : (std::abort(), 0);
  }
  weir::Environment scope;
  scope.set("x", "text");
  scope.set("n", weir::Number{"1.50"});
  const auto value = compiled->evaluate({scope, weir::TimeZone::utc(), weir::Timestamp()});
  if (compiled->is_constant() && (!value || *value != weir::Value(text))) {
    std::abort();
  }
  return 0;
}
