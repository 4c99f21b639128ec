// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"

#include <string>
#include <string_view>

// The sentences that faults have in common, so that the same slip reads the same wherever it is
// made. Those about names are in core/nearest_name.h.

namespace weir {

// What stands at a node, for a message: `5`, `"text"` (its beginning), "nothing", "a list", "a
// mapping", "a secret value".
std::string shown(const Node& node);

// "`name` must be <expected>, and is <what stands there>".
std::string wrong_value(std::string_view name, std::string_view expected, const Node& node);

// "`name` is missing: <what it is for>".
std::string missing_key(std::string_view name, std::string_view meaning);

}  // namespace weir
