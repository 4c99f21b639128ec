// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sink/sink.h"

#include <memory>

namespace weir {

// The target of a pipeline that only reads: every record is taken and none is written, so that it
// is journalled, cleaned, counted and found again, with 0 rows. There is no mark, and nothing that
// one could prove: after a crash a batch is simply taken again. Never blocks, never fails.
std::unique_ptr<Sink> make_no_operation_sink();

}  // namespace weir
