// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <string_view>

namespace weir {

// What an unquoted scalar of a file is: null (`~`, `null`, nothing), true/false, a number when it
// is spelled as JSON spells numbers, else text. `007`, `+86138…`, `0x1F` and `.5` stay text on
// purpose: they are ids and phone numbers far more often than numbers, and nothing of them may be
// lost.
Value plain_scalar(std::string_view text);

}  // namespace weir
