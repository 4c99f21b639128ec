// SPDX-License-Identifier: Apache-2.0
#include "app/pipeline_service.h"

#include "app/flow_run.h"
#include "app/run_log.h"
#include "core/heap.h"

#include <utility>

namespace weir {
namespace {

Object fields_of(const Job& job) {
  return {{"pipeline", job.pipeline}, {"job", to_string(job.kind)}};
}

Object fields_of(const Job& job, const Error& error) {
  Object fields = fields_of(job);
  fields.emplace_back("error_kind", to_string(error.kind));
  fields.emplace_back("message", error.message);
  return fields;
}

}  // namespace

PipelineService::PipelineService(Parts parts, std::shared_ptr<const ServedWorkspace> first)
    : parts_(std::move(parts)),
      alerts_(parts_.log, parts_.clock, parts_.journal, parts_.budgets),
      raw_keeper_(parts_.journal, parts_.clock, parts_.log, alerts_),
      scheduler_(parts_.clock, first->zone,
                 [this](const Job& job, std::stop_token stop) { return work(job, stop); }) {
  follow(std::move(first));
  raw_keeper_.start();
}

void PipelineService::read_again() {
  const std::scoped_lock lock(reading_);
  Faults faults;
  auto served = read_served(parts_.root, parts_.journal, parts_.clock, faults);
  for (const Fault& fault : faults) {
    parts_.log.write(fault);
  }
  if (!served) {
    parts_.log.write(ServeLog::Level::error, "files_kept",
                     {{"message", "weir.yaml is broken; everything stays as it was read before"}});
    return;
  }
  follow(std::move(served));
}

void PipelineService::follow(std::shared_ptr<const ServedWorkspace> served) {
  Faults faults;
  alerts_.follow(served, faults);
  for (const Fault& fault : faults) {
    parts_.log.write(fault);
  }
  {
    const std::scoped_lock lock(mutex_);
    served_ = served;
  }
  raw_keeper_.follow(served);
  scheduler_.replace(served->plans, served->zone);
  parts_.log.write(ServeLog::Level::info, "files_read",
                   {{"pipelines", static_cast<std::int64_t>(served->pipelines.size())},
                    {"scheduled", static_cast<std::int64_t>(served->plans.size())}});
}

bool PipelineService::make_due(const Job& job, const RetryWaits& waits) {
  const auto id = parts_.journal.pipeline(job.pipeline);
  const auto requeued =
      id ? parts_.journal.requeue_failed(*id, {}, RetryDue(parts_.clock.now(), waits))
         : Result<std::int64_t>(tl::unexpected(id.error()));
  if (!requeued) {
    parts_.log.write(ServeLog::Level::error, "retry_failed", fields_of(job, requeued.error()));
  }
  return requeued && *requeued > 0;
}

JobEnd PipelineService::work(const Job& job, std::stop_token stop) {
  std::shared_ptr<const ServedWorkspace> served;
  {
    const std::scoped_lock lock(mutex_);
    served = served_;
  }
  const Definition* definition = served->workspace.pipeline(job.pipeline);
  Faults told;  // when the files were read
  const auto flow = definition != nullptr ? make_flow(served->workspace, *definition,
                                                      parts_.journal.uuid(), parts_.clock, told)
                                          : std::nullopt;
  const RetryWaits waits = flow ? retry_waits_of(*flow) : RetryWaits();
  const bool missing = !flow || (job.kind == JobKind::remedy && flow->remedy == nullptr);
  if (missing || (job.kind == JobKind::retry && !make_due(job, waits))) {
    const auto failed = failed_records(parts_.journal, job.pipeline, waits);
    return {false, {}, failed ? failed->next_retry : std::nullopt};
  }
  const RunResult result = run(job, *flow, std::move(stop));
  return_freed_memory();
  return end(result, waits);
}

RunResult PipelineService::run(const Job& job, const Flow& flow, std::stop_token stop) {
  parts_.metrics.started(job.pipeline);
  parts_.log.write(ServeLog::Level::info, "run_started", fields_of(job));
  RunRequest request;
  request.job = job.kind;
  request.deliver =
      job.kind != JobKind::read && !(job.kind == JobKind::remedy && sides_apart(flow.jobs));
  request.patience = parts_.patience;
  request.on_recovered = [&](std::int64_t records) {
    Object fields = fields_of(job);
    fields.emplace_back("records", records);
    parts_.log.write(ServeLog::Level::info, "recovered", fields);
  };
  const bool asks = job.kind != JobKind::retry && job.kind != JobKind::deliver;
  return run_flow_unseen(parts_.clock, flow, parts_.journal, std::move(request),
                         asks ? &parts_.budgets : nullptr, std::move(stop));
}

JobEnd PipelineService::end(const RunResult& result, const RetryWaits& waits) {
  const auto failed = failed_records(parts_.journal, result.pipeline, waits);
  FailedRecords records;
  records.count = result.books.failed;
  records.in_doubt = result.books.in_doubt;
  if (failed) {
    records = *failed;
  }
  parts_.metrics.ended(result, records.count);
  log_run_ended(parts_.log, result, parts_.journal);
  alerts_.run_ended(result, records);
  return {result.status == RunStatus::parked, result.resume_at, records.next_retry};
}

}  // namespace weir
