// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/node_reader.h"
#include "core/error.h"
#include "core/record_digest.h"
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
  RecordDigests digests;                                   // one for each item, or none at all
};

// `body` may be given more capacity, its bytes stay. The items are digested on the way, if there is
// a digester and all of them are records that it can read. Errors: `corrupt`: not UTF-8, no JSON,
// more behind it. (The insides of items that are not digested are checked when records are made.)
Result<BodyOutline> outline_body(std::string& body, const JsonPath& path,
                                 RecordDigester* digester = nullptr);

// Where the list at the path stands in a JSON text, by offset and length. Errors: `corrupt` (no
// JSON), `rejected` (no list there).
Result<std::pair<std::size_t, std::size_t>> locate_list(std::string_view json,
                                                        const JsonPath& path);

}  // namespace weir
