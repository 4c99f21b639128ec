// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// What became of one version of a record, in its page's status blob: what the page's records share
// stands there once, `sent` with each.
struct RecordStatus {
  enum Flag : std::uint8_t {
    // One bit with two meanings, by what it turns round. Of a waiting version: `superseded`, given
    // up
    // for a newer one and not due any more. Of a decided one: `due_again`, to be judged anew though
    // `state` and all else stay as they were decided, so that nothing is lost when it needs no
    // delivery.
    superseded = 1,
    due_again = superseded,
    replaced = 2,        // a newer version of this record is journalled
    ever_delivered = 4,  // this or an earlier version stands in the target
    sent_known = 8,      // `sent` is what the target holds of this record
    doubted = 16,        // this or an earlier version may stand in the target
    in_batch = 32,       // member of an open batch: in memory only, the lane's row names it
    warned = 64,         // delivered, with a remark in `reason`
    has_attempts = 128,  // earlier attempts stand in the attempt table
  };

  RecordState state = RecordState::waiting;
  std::uint8_t flags = 0;
  std::uint16_t attempts = 0;
  std::uint32_t reason = 0;  // of the reason table; 0: none
  std::uint32_t run = 0;     // that decided it; 0: none yet
  std::uint32_t rows = 0;
  std::int64_t updated_at = 0;  // milliseconds since 1970
  std::uint64_t sent = 0;       // see sent_known; in an open batch that stays the old one

  bool has(Flag flag) const { return (flags & flag) != 0; }
  void set(Flag flag, bool on = true) {
    flags = static_cast<std::uint8_t>(on ? flags | flag : flags & ~flag);
  }
  // Due, in an open batch or not.
  bool undecided() const { return (state == RecordState::waiting) != has(superseded); }
  // Due though it was decided before.
  bool is_due_again() const { return state != RecordState::waiting && has(due_again); }
  // As others see it.
  RecordState shown_state() const { return is_due_again() ? RecordState::waiting : state; }
};
static_assert(sizeof(RecordStatus) == 32);

// Of one page or of a whole pipeline. `waiting` counts undecided versions, the others records
// (their newest version).
struct StatusCounts {
  std::int64_t waiting = 0;
  std::int64_t failed = 0;
  std::int64_t filtered = 0;
  std::int64_t in_doubt = 0;
  bool operator==(const StatusCounts&) const = default;
  StatusCounts& operator+=(const StatusCounts& other);
  StatusCounts& operator-=(const StatusCounts& other);
};

StatusCounts count_statuses(std::span<const RecordStatus> statuses);

std::string encode_statuses(PageId page, PipelineId pipeline,
                            std::span<const RecordStatus> statuses);
// Nothing: damaged, or not of this page and pipeline.
std::optional<std::vector<RecordStatus>> decode_statuses(PageId page, PipelineId pipeline,
                                                         std::string_view bytes);

}  // namespace weir
