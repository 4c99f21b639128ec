// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The name of `known` nearest to `name` by edit distance, if near enough to be a slip; else empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);
// "; did you mean `x`?" for the end of a sentence, or nothing when no name is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace weir
