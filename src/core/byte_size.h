// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// "10GB", "500 MB", "64MiB": KB, MB, GB, TB are powers of 1000, KiB and the like of 1024. Errors:
// `invalid_config`, with the value.
Result<std::int64_t> parse_byte_size(std::string_view text);

// For people: "512 bytes", "1.2 MB", "10 GB".
std::string format_byte_size(std::int64_t bytes);

}  // namespace weir
