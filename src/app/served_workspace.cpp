// SPDX-License-Identifier: Apache-2.0
#include "app/served_workspace.h"

#include "pipeline/run_result.h"
#include "transform/quality.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

bool breaks(const Fault& fault, const Definition& definition) {
  const std::string& file = fault.at.file;
  return fault.severity == Severity::error &&
         (file == "pipelines/" + definition.name + ".yaml" ||
          file == "connections/" + definition.source.connection + ".yaml" ||
          file == "connections/" + definition.target.connection + ".yaml");
}

bool breaks_all(const Fault& fault) {
  return fault.severity == Severity::error && fault.at.file == "weir.yaml";
}

std::string member_text(const Value& report, std::string_view name) {
  const Value* member = report.member(name);
  return member != nullptr ? to_text(*member) : std::string();
}

// Whether a run of `done` (empty: of the whole) did what `job` does.
bool covers(const std::string& done, JobKind job) {
  const bool whole = done.empty() && (job == JobKind::read || job == JobKind::deliver);
  return whole || (done.empty() ? "run" : done) == to_string(job);
}

bool counts_as_start(const RunSummary& run, JobKind job) {
  const auto report = run.ended_at ? parse_json(run.report) : Result<Value>(Value());
  if (!report || report->is_null()) {
    return false;
  }
  const std::string status = member_text(*report, "status");
  const std::string requests = member_text(*report, "requests");
  const bool asked = !requests.empty() && requests != "0";
  return covers(member_text(*report, "job"), job) && (asked || job == JobKind::deliver) &&
         !status.empty() && status != to_string(RunStatus::parked) &&
         status != to_string(RunStatus::stopped);
}

PipelinePlan plan_of(const Flow& flow, Journal& journal) {
  PipelinePlan plan;
  plan.pipeline = flow.definition->name;
  plan.account = flow.source->traits().account;
  if (plan.account.empty()) {
    plan.account = flow.definition->source.connection;
  }
  for (const ScheduledJob& job : flow.jobs) {
    plan.jobs.push_back({job.kind, job.cron, last_start(journal, plan.pipeline, job.kind)});
  }
  if (const auto failed = failed_records(journal, plan.pipeline, retry_waits_of(flow))) {
    plan.next_retry = failed->next_retry;
  }
  return plan;
}

}  // namespace

std::optional<Timestamp> last_start(Journal& journal, const std::string& pipeline, JobKind job) {
  constexpr std::int64_t runs_looked_at = 200;
  const auto runs = journal.runs(pipeline, runs_looked_at);
  if (!runs || runs->empty()) {
    return std::nullopt;
  }
  const auto last = std::find_if(runs->begin(), runs->end(),
                                 [&](const RunSummary& run) { return counts_as_start(run, job); });
  return last != runs->end() ? last->started_at : runs->back().started_at;
}

RetryWaits retry_waits_of(const Flow& flow) {
  return delivers(flow.jobs) ? flow.definition->retry.value_or(default_retry_waits())
                             : RetryWaits();
}

Result<FailedRecords> failed_records(Journal& journal, const std::string& pipeline,
                                     const RetryWaits& waits) {
  const auto id = journal.pipeline(pipeline);
  if (!id) {
    return tl::unexpected(id.error());
  }
  FailedRecords failed;
  RecordFilter filter;
  filter.state = RecordState::failed;
  const auto visited = journal.records(*id, filter, [&](const RecordSummary& record) {
    ++failed.count;
    failed.rejected += names_broken_rule(record.reason) ? 1 : 0;
    if (record.attempts > 0 && record.attempts <= waits.size()) {
      const Timestamp due = record.updated_at + waits[record.attempts - 1];
      failed.next_retry = failed.next_retry ? std::min(*failed.next_retry, due) : due;
    }
    return true;
  });
  if (!visited) {
    return tl::unexpected(visited.error());
  }
  filter.state = RecordState::in_doubt;
  WEIR_CHECK(journal.records(*id, filter, [&](const RecordSummary&) {
    ++failed.in_doubt;
    return true;
  }));
  return failed;
}

std::shared_ptr<const ServedWorkspace> read_served(const std::filesystem::path& root,
                                                   Journal& journal, Clock& clock, Faults& faults) {
  auto served = std::make_shared<ServedWorkspace>();
  Faults found;
  served->workspace = read_workspace(root, found);
  const auto zone = TimeZone::find(served->workspace.timezone);
  const bool broken = !zone || std::any_of(found.begin(), found.end(), breaks_all);
  Faults made;
  for (const Definition& definition : served->workspace.pipelines) {
    const auto flow = make_flow(served->workspace, definition, journal.uuid(), clock, made);
    const bool well = std::none_of(found.begin(), found.end(),
                                   [&](const Fault& fault) { return breaks(fault, definition); });
    if (!flow || !well || !definition.well) {
      continue;
    }
    served->pipelines.push_back(definition.name);
    if (!flow->jobs.empty()) {
      served->plans.push_back(plan_of(*flow, journal));
    }
  }
  faults.insert(faults.end(), found.begin(), found.end());
  faults.insert(faults.end(), made.begin(), made.end());
  if (broken) {
    return nullptr;
  }
  served->zone = *zone;
  return served;
}

}  // namespace weir
