// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <chrono>
#include <string>
#include <string_view>

namespace weir {

// "90s", "5m", "1h", "250ms", "2d". Errors: `invalid_config`, with the value.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace weir
