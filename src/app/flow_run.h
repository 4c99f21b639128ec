// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command_context.h"
#include "pipeline/pipeline_run.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

// What the commands that run a flow have in common.

namespace weir {

// `--wait`, into `wait`.
void add_wait_option(CLI::App& command, std::string& wait);
// Nothing, with the error printed and the exit code set, when it is no duration.
std::optional<std::chrono::milliseconds> read_wait(CommandContext& context,
                                                   const std::string& wait);
// Nothing, with the error printed and the exit code set, when it is no day; or when it is empty.
std::optional<Day> read_day(CommandContext& context, const std::string& text);

// The flows of the selection with the journal's name in the target's mark. Their faults were told
// when they were selected.
std::vector<Flow> make_flows(CommandContext& context, const Selection& selection,
                             const Journal& journal);

// One run of a flow, with progress on a terminal. `budgets` null: the source is not asked, and only
// what waits is delivered. A request of JobKind::remedy is for a flow that has one.
RunResult run_flow(CommandContext& context, const Flow& flow, Journal& journal, RunRequest request,
                   CallBudgets* budgets, std::stop_token stop);

// The same for a process that stays: nothing is shown, and request.on_recovered is the caller's.
RunResult run_flow_unseen(Clock& clock, const Flow& flow, Journal& journal, RunRequest request,
                          CallBudgets* budgets, std::stop_token stop);

// The result on stdout; for people also what it cost of the month's calls, if `budgets` is given.
void report(const CommandContext& context, const RunResult& result, const Flow& flow,
            CallBudgets* budgets);

}  // namespace weir
