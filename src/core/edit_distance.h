// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

// Slips of the hand between two names: bytes inserted, left out, replaced, or swapped with their
// neighbour; ASCII case does not count. Names of more than 128 bytes are infinitely far apart.
std::size_t edit_distance(std::string_view left, std::string_view right);

// The distance up to which a name of this length is taken for a slip of another.
std::size_t slip_limit(std::size_t length);

}  // namespace weir
