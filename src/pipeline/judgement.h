// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/work_crew.h"
#include "journal/journal.h"
#include "sink/sink.h"
#include "transform/transform.h"

#include <optional>
#include <vector>

namespace weir {

// What a transform makes of waiting records, each group in the records' order.
struct Judgement {
  std::vector<Settlement> settled;       // decided here: filtered, failed
  std::vector<OutgoingRecord> outgoing;  // for the target
  // Why some could not be judged now and go on waiting: what a look-up asks gave no answer.
  std::optional<Error> unasked;
};

// Judges all of them, several at a time.
Judgement judge(const WaitingChunk& records, const Transform& transform, WorkCrew& crew);

}  // namespace weir
