// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"

#include <optional>

namespace weir {

// The declaration of `retry`, in weir.yaml and in a pipeline.
SettingSpec retry_setting();

// `retry: [20s, 5m, 1h]`: so long after the attempt before a failed record is tried again by
// itself, and no more after the last; or `off`: never. Nothing, with a fault each, when it is
// neither.
std::optional<RetryWaits> read_retry(const Node& node, Faults& faults);

}  // namespace weir
