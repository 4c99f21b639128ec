// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/stream_caller.h"
#include "core/record_digest.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace weir {

// The lists inside records that a stream's list cuts at so many rows (`sub_lists` of a connector
// file): finds them, and fetches all their rows. A list of exactly so many rows may be cut. One
// that is longer shows that this system does not cut there, and from then on none is. Any thread.
class SubListReader {
 public:
  // `calls` are those of sub_lists.stream; `rows` 0: no list is ever cut.
  SubListReader(StreamCaller calls, const SubLists& lists, RecordShape shape, std::int64_t rows)
      : calls_(std::move(calls)), lists_(lists), shape_(std::move(shape)), rows_(rows) {}

  // Which lists of a record are to be looked at, as in RecordShape.
  const std::string& match() const { return lists_.match; }
  // The names of those, among such lists of a record, that may be cut.
  std::vector<std::string> cut_lists(std::span<const ListLength> lists);

  // The record's raw JSON with all rows in its cut lists, other bytes unchanged; `calls` grows by
  // the calls made. Errors: `unavailable` (the list changed while it was read), `rejected` (the
  // record has no id to ask by; the system refuses), the caller's.
  Result<std::string> complete(std::string_view raw, CallGate* gate, const std::stop_token& stop,
                               std::int64_t& calls);

 private:
  // All rows of one list, as JSON.
  Result<std::string> fetch(const Value& record, CallGate* gate, const std::stop_token& stop,
                            std::int64_t& calls) const;

  const StreamCaller calls_;
  const SubLists& lists_;
  const RecordShape shape_;
  const std::int64_t rows_;
  std::atomic<bool> uncut_ = false;
};

}  // namespace weir
