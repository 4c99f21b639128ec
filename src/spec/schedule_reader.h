// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"
#include "spec/strategy.h"

#include <optional>
#include <string_view>

namespace weir {

// The declaration of `schedule`, wherever it stands.
SpecTable schedule_table();

// The mapping `schedule: {cron: …}`. Whether its line ever comes is for who knows cron
// (scheduler/cron.h). Nothing, with a fault, when there is no line in it.
std::optional<CronText> read_schedule(const Node& schedule, Faults& faults);

// A line of cron by itself, as 轻易云 writes it: `crontab: "3 2 * * *"`. Nothing where none is
// given: null and "" stand in exports for that.
std::optional<CronText> read_crontab(const Node& crontab, Faults& faults);

// The schedule of `source` or `target` by either spelling; `side` is their name.
std::optional<CronText> read_side_schedule(const Node& strategy, std::string_view side,
                                           Faults& faults);

}  // namespace weir
