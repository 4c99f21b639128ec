// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command_context.h"
#include "core/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir {

// What the journal says of a pipeline's past; zeros when there is none.
struct PipelinePast {
  double records_a_day = 0;     // new and changed ones, the first run's not counted
  std::int64_t last_pages = 0;  // of the last run that succeeded
  std::int64_t last_remedy_pages = 0;
};
PipelinePast past_of(Journal& journal, const std::string& pipeline, Timestamp now);

// The API calls that a pipeline's schedule will make in a month of 31 days.
struct ScheduleNeed {
  std::string pipeline;
  std::int64_t runs = 0;      // that ask the source
  std::int64_t remedies = 0;  // besides
  std::int64_t calls = 0;
};
// One call a run that finds nothing new, once a day what the overlap holds, and the pages of what
// is new or changed; a run `by: full`, and one for omissionRemedy, read all that the last one did.
// Nothing: the source is not asked by any schedule.
std::optional<ScheduleNeed> need_of(const Flow& flow, const PipelinePast& past, Day today);

// The needs of the pipelines that share an account, beside its budget.
struct AccountNeed {
  std::string connection;  // one of those that name the account
  Location at;             // of the first schedule
  std::vector<ScheduleNeed> pipelines;
  std::optional<std::int64_t> budget;
  std::optional<std::int64_t> used;  // of this month, where it was looked up

  std::int64_t calls() const;
};
// `budgets`: null: what is used is not looked up.
std::vector<AccountNeed> account_needs(const std::vector<Flow>& flows, const Workspace& workspace,
                                       CallBudgets* budgets, Timestamp now);

std::string describe_need(const AccountNeed& need);
Value need_line(const AccountNeed& need);
// Appends a warning when the budget will not do.
void warn_of_need(const AccountNeed& need, Faults& faults);

}  // namespace weir
