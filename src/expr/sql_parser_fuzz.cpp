// SPDX-License-Identifier: Apache-2.0
#include "expr/template.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

// Any text behind _function compiles or is refused; what compiles gives a value, or an error that
// is the record's own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = "_function " + std::string(reinterpret_cast<const char*>(data), size);
  const auto compiled = weir::Template::compile(weir::Value(text));
  if (!compiled) {
    return compiled.error().kind == weir::ErrorKind::invalid_config ? 0 : (std::abort(), 0);
  }
  weir::Environment scope;
  scope.set("x", "2026-01-31");
  scope.set("n", weir::Number{"1.50"});
  scope.set("l", weir::List{weir::Value(weir::Number{"2"}), weir::Value("b")});
  const auto value = compiled->evaluate({scope, weir::TimeZone::utc(), weir::Timestamp()});
  if (!value && value.error().kind != weir::ErrorKind::rejected) {
    std::abort();
  }
  return 0;
}
