// SPDX-License-Identifier: Apache-2.0
#include "transform/receipts_example.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any bytes as a raw record: mapped, filtered, or an error that is the record's own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto transform = weir::receipts_example();
  static weir::Value memory;  // of the record before
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  const auto outcome = transform->apply(raw);
  if (!outcome) {
    const bool own = outcome.error().kind == weir::ErrorKind::rejected;
    return own && !outcome.error().message.empty() ? 0 : (std::abort(), 0);
  }
  if (const auto* mapped = std::get_if<weir::Mapped>(&*outcome)) {
    const auto again = transform->apply(raw, {}, memory);
    const weir::Value request = mapped->rows.tree(0);
    const weir::Value* params = mapped->rows.size() == 1 ? request.member("main_params") : nullptr;
    if (params == nullptr || params->object()->size() != 7 ||
        std::get<weir::Mapped>(*again).sent != mapped->sent) {
      std::abort();
    }
  } else if (std::get<weir::Filtered>(*outcome).reason.empty()) {
    std::abort();
  }
  return 0;
}
