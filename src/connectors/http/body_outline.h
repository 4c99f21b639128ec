// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/node_reader.h"
#include "core/error.h"
#include "core/value.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// A body's list of records by place, and everything around it parsed.
struct BodyOutline {
  Value envelope;      // the body, its list cut down to the first item
  bool found = false;  // there is a list at the path
  std::vector<std::pair<std::size_t, std::size_t>> items;  // offset and length, in bytes
};

// `body` may be given more capacity, its bytes stay. Errors: `corrupt`: not UTF-8, no JSON, more
// behind it. (The items' own insides are checked when records are made of them.)
Result<BodyOutline> outline_body(std::string& body, const JsonPath& path);

// Where the list at the path stands in a JSON text, by offset and length. Errors: `corrupt` (no
// JSON), `rejected` (no list there).
Result<std::pair<std::size_t, std::size_t>> locate_list(std::string_view json,
                                                        const JsonPath& path);

}  // namespace weir
