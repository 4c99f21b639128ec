// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The name of `known` nearest to `name` by edit distance, if near enough to be a slip; else empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);
// "; did you mean `x`?" for the end of a sentence, or nothing when no name is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);
// The sentence about a name that there is not: "`name` is no format; did you mean `date`?", or,
// where no name is near, "`name` is no format; known are `date`, `time`" (at most sixteen of them).
std::string unknown_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& known);
// "`a`, `b` and 3 more": at most `most` of the names.
std::string quoted_names(const std::vector<std::string>& names, std::size_t most);

}  // namespace weir
