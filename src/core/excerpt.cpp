// SPDX-License-Identifier: Apache-2.0
#include "core/excerpt.h"

#include <simdjson.h>

#include <algorithm>

namespace weir {

std::string excerpt(std::string_view text, std::size_t bytes) {
  std::size_t end = std::min(bytes, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  std::string shown(text.substr(0, end));
  if (!simdjson::validate_utf8(shown)) {
    std::replace_if(
        shown.begin(), shown.end(), [](unsigned char byte) { return byte >= 0x80U; }, '?');
  }
  return end < text.size() ? shown + "…" : shown;
}

}  // namespace weir
