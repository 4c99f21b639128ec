// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/body_outline.h"
#include "core/error.h"
#include "core/page.h"
#include "core/record.h"
#include "core/record_digest.h"
#include "core/time_zone.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

// From the body of an answer to a page of records. Pure; any thread may call. Hostile input gives
// errors, never less than all records.

namespace weir {

struct PageShape {
  RecordShape record;
  std::string id;  // the pipeline's names
  std::string number;
  std::vector<std::string> columns;  // rows are lists with these columns; empty: rows are objects
  bool bare_ids = false;             // items are ids as texts or numbers, and nothing else
  std::vector<std::string> changed;  // names of changed_at and created_at; the first that is there
  std::vector<std::string> created;
  TimeZone zone = TimeZone::utc();  // of times without an offset, and of the record's wall times
  // What the outline's digests have located.
  std::shared_ptr<const RecordSelection> selection;
  // Names, as in RecordShape, of lists whose lengths `seen` is told with each record that can be
  // used, by its index.
  std::vector<std::string> counted_lists;
  std::function<void(std::size_t index, std::span<const ListLength> lists)> seen;
};

// What a page asks its records for: id, number, then the names of the times.
std::vector<std::string> page_names(const PageShape& shape);

// Every item becomes a record; one that cannot be used carries its fault. No two have one id: the
// second of a pair gets a fault and an id of its own. Errors: `corrupt`: an item is no JSON, or a
// row has not as many values as there are columns.
Result<Page> make_page(std::string body, BodyOutline outline, const PageShape& shape);

// A part of a page's bytes, and what stands there instead.
struct Replacement {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;
};

// The page with parts of its records' JSON replaced, its records moved along; they must not
// overlap.
void replace_in_page(Page& page, std::vector<Replacement> replacements);

}  // namespace weir
