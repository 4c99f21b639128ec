// SPDX-License-Identifier: Apache-2.0
#include "core/value.h"
#include "lua/lua_sandbox.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any JSON goes into Lua and comes back as it was, save members that are null and the order of
// members; any bytes as a pattern or a format end with a result or an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto sandbox =
      weir::LuaSandbox::load("f.lua",
                             "function same(x) return x end\n"
                             "function match(x) return {(('a1 b2 '):gsub(x, '%0'))} end\n"
                             "function format(x) return {(x:format(1, 'a', decimal('2.5')))} end\n")
          .value();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto value = weir::parse_json(bytes)) {
    const auto once = sandbox->call("same", {&*value, 1});
    if (once) {
      const auto again = sandbox->call("same", {&*once, 1});
      if (!again || to_json(*again) != to_json(*once)) {
        std::abort();
      }
    } else if (once.error().kind != weir::ErrorKind::rejected) {
      std::abort();
    }
  }
  const weir::Value text(bytes);
  for (const char* function : {"match", "format"}) {
    const auto result = sandbox->call(function, {&text, 1});
    if (!result && result.error().kind != weir::ErrorKind::rejected) {
      std::abort();
    }
  }
  return 0;
}
