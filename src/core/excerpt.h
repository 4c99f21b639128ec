// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

// The beginning of a text for a message: at most `bytes` of it, cut between characters, with "…"
// for what was left out. Always UTF-8: of a text that is none, bytes beyond ASCII become "?".
std::string excerpt(std::string_view text, std::size_t bytes);

}  // namespace weir
