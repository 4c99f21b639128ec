// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/page.h"
#include "core/value.h"
#include "pipeline/definition.h"
#include "source/call_budget.h"
#include "source/source.h"
#include "transform/transform.h"

#include <optional>
#include <string_view>
#include <vector>

namespace weir {

// Both call within the account's budget, wait for a place in it and out what throttles them, for
// half a minute at most.

// The first page of what a pipeline's first run would ask for. One call; moves nothing.
Result<Page> fetch_sample(Source& source, const Definition& definition, CallBudgets& budgets,
                          Clock& clock);

// Source::check.
Result<void> check_source(Source& source, CallBudgets& budgets, Clock& clock, Faults& faults);

// Every record of the page, as raw JSON.
std::vector<std::string_view> raw_records(const Page& page);

// The first record of the page that passes the conditions, as it would be sent.
std::optional<Value> mapped_sample(const Transform& transform, const Page& page);

}  // namespace weir
