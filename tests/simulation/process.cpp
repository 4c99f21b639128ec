// SPDX-License-Identifier: Apache-2.0
#include "simulation/process.h"

#include "core/failpoint.h"
#include "journal/sqlite/sqlite_journal.h"
#include "pipeline/pipeline_run.h"
#include "pipeline/retention.h"
#include "source/call_budget.h"
#include "source/call_file.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "simulation/simulated_sink.h"
#include "simulation/simulated_source.h"

namespace weir::simulation {
namespace {

constexpr unsigned seconds_max = 60;

template <std::size_t Size>
void write_text(char (&to)[Size], std::string_view text) {
  const std::size_t length = std::min(text.size(), Size - 1);
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

SourcePlan plan_of(const Profile& profile, const Errand& errand) {
  SourcePlan plan;
  plan.kind = profile.source.kind;
  plan.from = profile.from;
  plan.overlap = profile.overlap;
  plan.full = errand.kind == Errand::Kind::full;
  plan.again_from = errand.range_from;
  plan.again_to = errand.range_to;
  return plan;
}

RunResult run_on(const World& world, const Transform& transform, Journal& journal,
                 CallBudgets& budgets, Clock& clock, const Errand& errand) {
  if (errand.kind == Errand::Kind::retry) {
    const auto pipeline = journal.pipeline("p");
    const auto waiting = pipeline ? journal.requeue_failed(*pipeline, {}, std::nullopt)
                                  : tl::unexpected(pipeline.error());
    world.log(fmt::format("  {} failed records wait again", waiting.value_or(-1)));
  }
  std::stop_source stop;
  SimulatedSource source(world, errand.ordeal, [&stop] { stop.request_stop(); });
  SimulatedSink sink(world, errand.ordeal);
  const RunParts parts{errand.kind == Errand::Kind::retry ? nullptr : &source,
                       sink,
                       transform,
                       journal,
                       clock,
                       &budgets};
  RunRequest request;
  request.pipeline = "p";
  request.redelivery = world.profile().redelivery;
  request.plan = plan_of(world.profile(), errand);
  request.patience = world.profile().patience;
  return run_pipeline(parts, request, stop.get_token());
}

void report(ProcessReport& report, const RunResult& result) {
  report.status = static_cast<int>(result.status);
  report.requests = result.requests;
  report.due = result.books.due;
  report.delivered = result.books.delivered;
  write_text(report.reason, result.reason);
  write_text(report.imbalance, imbalance(result.books));
  report.ended = true;
}

[[noreturn]] void give_up(const World& world, const Error& error) {
  world.log("  " + error.message);
  write_text(world.state().process.reason, error.message);
  ::_exit(2);
}

// All raw JSON that may ever be given up: what is still to be delivered must not be among it.
void give_up_all_raw(const World& world, Journal& journal, Clock& clock) {
  const Retention as_little_as_may_be{std::nullopt, 1};
  constexpr std::int64_t steps_max = 1'000;
  const auto done = give_up_raw(journal, as_little_as_may_be, {}, clock.now(), steps_max, {});
  world.log(done ? fmt::format("  gave up the raw JSON of {} pages", done->pages)
                 : "  raw JSON was not given up: " + done.error().message);
}

[[noreturn]] void live(const World& world, const Transform& transform,
                       const std::filesystem::path& folder, const Errand& errand) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::alarm(seconds_max);
  const Kill& kill = errand.ordeal.kill;
  if (kill.at == Kill::At::failpoint) {
    arm_failpoint(fmt::format("{}:{}", kill.name, kill.number), world.log_file().native());
  }
  SimulatedClock clock(world);
  JournalOptions options;
  options.folder = folder;
  options.clock = &clock;
  options.tuning = {32, 2, 16, 4, 4};
  options.tuning.raw_step.pages = 2;
  auto journal = open_sqlite_journal(options);
  if (!journal) {
    give_up(world, journal.error());
  }
  auto calls = open_call_file(folder);
  if (!calls) {
    give_up(world, calls.error());
  }
  {
    CallBudgets budgets(std::move(*calls), clock);
    report(world.state().process, run_on(world, transform, **journal, budgets, clock, errand));
  }
  give_up_all_raw(world, **journal, clock);
  journal->reset();
  ::_exit(0);
}

void reset(ProcessReport& report) {
  report.source_calls = 0;
  report.sink_calls = 0;
  report.ended = false;
  report.reason[0] = '\0';
  report.imbalance[0] = '\0';
}

// What may never be, whatever was done to the process.
std::vector<std::string> broken_by(const ProcessReport& report, int status, const Kill& kill) {
  std::vector<std::string> broken;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
    broken.push_back(fmt::format("the process still ran after {} s", seconds_max));
  } else if (WIFSIGNALED(status) && (WTERMSIG(status) != SIGKILL || kill.at == Kill::At::never)) {
    broken.push_back(fmt::format("the process died of signal {}", WTERMSIG(status)));
  } else if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
    broken.push_back(
        fmt::format("the process ended with {}: {}", WEXITSTATUS(status), report.reason));
  }
  if (!report.ended) {
    return broken;
  }
  if (static_cast<RunStatus>(report.status) == RunStatus::error) {
    broken.push_back(fmt::format("the run calls itself broken: {}", report.reason));
  }
  if (report.imbalance[0] != '\0') {
    broken.push_back(fmt::format("the books do not balance: {}", report.imbalance));
  }
  if (report.requests != report.source_calls) {
    broken.push_back(fmt::format("the run counted {} calls, {} left", report.requests,
                                 report.source_calls.load()));
  }
  return broken;
}

}  // namespace

ProcessEnd run_process(const World& world, const Transform& transform,
                       const std::filesystem::path& folder, const Errand& errand) {
  ProcessReport& done = world.state().process;
  reset(done);
  const std::int64_t number = ++world.state().processes;
  constexpr std::string_view kinds[] = {"run", "run --full", "run --from --to", "retry"};
  world.log(fmt::format("process {}: {}, {}", number, kinds[static_cast<std::size_t>(errand.kind)],
                        describe(errand.ordeal.kill)));
  const ::pid_t child = ::fork();
  if (child == 0) {
    live(world, transform, folder, errand);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ProcessEnd end;
  end.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  end.broken = broken_by(done, status, errand.ordeal.kill);
  end.status = done.ended ? static_cast<RunStatus>(done.status) : RunStatus::error;
  end.requests = done.requests;
  end.due = done.due;
  end.reason = done.reason;
  world.log(end.killed
                ? "killed"
                : fmt::format("{}: {} calls, {} due, {} delivered; {}", to_string(end.status),
                              end.requests, end.due, done.delivered, end.reason));
  return end;
}

}  // namespace weir::simulation
