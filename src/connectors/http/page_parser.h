// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/node_reader.h"
#include "core/error.h"
#include "core/page.h"
#include "core/record.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

// From the body of an answer to a page of records. Pure; any thread may call. Hostile input gives
// errors, never less than all records.

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

struct PageShape {
  RecordShape record;
  std::string id;  // the pipeline's names
  std::string number;
  std::vector<std::string> columns;  // rows are lists with these columns; empty: rows are objects
};

// Every item becomes a record; one that cannot be used carries its fault. Errors: `corrupt`: an
// item is no JSON, or a row has not as many values as there are columns.
Result<Page> make_page(std::string body, const BodyOutline& outline, const PageShape& shape);

}  // namespace weir
