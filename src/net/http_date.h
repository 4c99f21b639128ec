// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <optional>
#include <string_view>

namespace weir {

// The moment of a `Date` header, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7; the form that
// servers must send). Nothing: anything else.
std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace weir
