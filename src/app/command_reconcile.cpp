// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/flow_run.h"
#include "app/stop_signals.h"
#include "app/terminal.h"
#include "pipeline/reconciliation.h"
#include "pipeline/run_ending.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace weir {
namespace {

struct ReconcileOptions {
  std::string pipeline;
  bool repair = false;
  std::string wait = "5m";
};

// Each differing id at once: with --json all of them, for people the first of each kind.
class DifferenceView {
 public:
  explicit DifferenceView(bool json) : json_(json) {}

  void show(const DifferingId& differing) {
    if (json_) {
      Value line;
      line.set("id", differing.id);
      line.set("number", differing.number);
      line.set("difference", to_string(differing.difference));
      line.set("where", differing.where);
      fmt::print("{}\n", to_json(line));
      return;
    }
    std::int64_t& shown = shown_[static_cast<std::size_t>(differing.difference)];
    if (++shown <= shown_max) {
      const bool lacks = differing.difference == Difference::missing;
      fmt::print("  {}  {}  {}\n",
                 painted(fmt::format("{:<8}{} {}", to_string(differing.difference),
                                     lacks ? "from" : "in", differing.where),
                         lacks ? Paint::red : Paint::yellow),
                 differing.id, differing.number);
    } else if (shown == shown_max + 1) {
      fmt::print("  {}\n", painted("… --json lists all", Paint::dim));
    }
  }

 private:
  static constexpr std::int64_t shown_max = 10;
  const bool json_;
  std::array<std::int64_t, 3> shown_{};
};

class ReconcileRun {
 public:
  ReconcileRun(CommandContext& context, const Flow& flow, Journal& journal, CallBudgets& budgets,
               PipelineId pipeline, std::chrono::milliseconds patience, std::stop_token stop)
      : context_(context),
        flow_(flow),
        journal_(journal),
        budgets_(budgets),
        patience_(patience),
        stop_(std::move(stop)),
        ids_(flow.source->ids()),
        reconciliation_(parts(pipeline)) {}

  void run(bool repair) {
    // Before any call of the API: most often it is the target that is not ready.
    if (const auto target = open_target(); !target) {
      return give_up(target.error(), false);
    }
    DifferenceView view(context_.json);
    const auto compared =
        reconciliation_.compare([&](const DifferingId& differing) { view.show(differing); }, stop_);
    if (!compared) {
      return give_up(compared.error(), reconciliation_.figures().source > 0);
    }
    ReconciliationFigures figures = reconciliation_.figures();
    const std::int64_t missing = figures.missing;
    if (repair && missing > 0) {
      if (const auto repaired = mend(); !repaired) {
        return give_up(repaired.error(), true);
      }
      figures = reconciliation_.figures();
    }
    tell(figures, missing - figures.missing);
  }

 private:
  Result<std::unique_ptr<KeyReader>> open_target() const {
    return flow_.sink->read_keys(flow_.definition->source.id, stop_);
  }

  ReconciliationParts parts(PipelineId pipeline) {
    Source& source = ids_ ? *ids_ : *flow_.source;
    return {source,
            journal_,
            context_.clock,
            budgets_.of(source.traits()),
            patience_,
            pipeline,
            flow_.definition->sync.by,
            flow_.definition->sync.from,
            [this] { return open_target(); }};
  }

  void give_up(const Error& error, bool reached) {
    print_error(context_, error);
    RunEnding ending;
    ending.source = tl::unexpected(error);
    ending.source_reached = reached;
    RunResult result;
    decide_status(ending, context_.clock.now(), result);
    context_.exit_code = error.kind == ErrorKind::invalid_config && !reached
                             ? exit_wrong_input
                             : exit_code(result.status);
  }

  std::vector<RunRequest> requests_to_read() {
    std::vector<RunRequest> requests;
    const std::int64_t strangers = reconciliation_.count_strangers();
    if (strangers > 0 && !flow_.sink->traits().repeatable) {
      exit_code_ = exit_failed;
      reason_ = fmt::format(
          "{} records that the journal does not know stand in the target already, and fetching "
          "them would add a second row of each by this plain INSERT, so nothing was fetched; put "
          "the journal back that delivered them, or write ON DUPLICATE KEY UPDATE over a unique "
          "key",
          strangers);
      return requests;
    }
    for (const Window& window : reconciliation_.windows_to_read()) {
      RunRequest request;
      request.plan.full = true;
      request.plan.again_from = window.from;
      request.plan.again_to = window.to;
      requests.push_back(std::move(request));
    }
    return requests;
  }

  // Reads again what holds the records that the journal lacks, delivers those that the target
  // lacks, and looks at both anew.
  Result<void> mend() {
    std::vector<RunRequest> requests = requests_to_read();
    const bool ask_source = !requests.empty();
    if (!ask_source) {
      requests.emplace_back();
    }
    if (reconciliation_.has_absent()) {
      requests.front().requeue = [this](PipelineId) { return reconciliation_.requeue_absent(); };
    }
    for (RunRequest& request : requests) {
      request.patience = patience_;
      CallBudgets* budgets = ask_source ? &budgets_ : nullptr;
      const RunResult result = run_flow(context_, flow_, journal_, request, budgets, stop_);
      if (!context_.json) {
        report(context_, result, flow_, budgets);
      }
      if (result.status != RunStatus::succeeded && result.status != RunStatus::failed) {
        exit_code_ = exit_code(result.status);
        reason_ = result.reason;
        break;
      }
    }
    return reconciliation_.compare_again();
  }

  void tell(const ReconciliationFigures& figures, std::int64_t repaired) {
    const bool partial = !reconciliation_.left_open().empty();
    if (partial && reason_.empty()) {
      exit_code_ = exit_parked;
      reason_ = "the comparison is partial: " + reconciliation_.left_open().front().message +
                "; nothing is called extra or deleted";
    }
    if (context_.json) {
      print_json(figures, repaired, partial);
    } else {
      print_text(figures, repaired);
    }
    const bool differs = figures.missing > 0 || figures.extra > 0 || figures.deleted > 0;
    context_.exit_code = exit_code_ != exit_ok ? exit_code_ : differs ? exit_failed : exit_ok;
  }

  void print_json(const ReconciliationFigures& figures, std::int64_t repaired, bool partial) const {
    Value line;
    line.set("pipeline", flow_.definition->name);
    line.set("source", figures.source);
    line.set("journal", figures.journal);
    line.set("target", figures.target);
    line.set("missing", figures.missing);
    line.set("extra", figures.extra);
    line.set("deleted", figures.deleted);
    line.set("repaired", repaired);
    line.set("partial", partial);
    line.set("requests", std::int64_t{reconciliation_.counts().requests});
    if (!reason_.empty()) {
      line.set("reason", reason_);
    }
    fmt::print("{}\n", to_json(line));
    std::fflush(stdout);
  }

  void print_text(const ReconciliationFigures& figures, std::int64_t repaired) const {
    fmt::print("{}: {} at the source, {} in the journal, {} in the target\n",
               painted(flow_.definition->name, Paint::bold), figures.source, figures.journal,
               figures.target);
    const bool differs = figures.missing > 0 || figures.extra > 0 || figures.deleted > 0;
    fmt::print("{}\n",
               painted(fmt::format("{} missing, {} extra, {} deleted, {} repaired", figures.missing,
                                   figures.extra, figures.deleted, repaired),
                       differs ? Paint::yellow : Paint::green));
    if (!reason_.empty()) {
      fmt::print("{}\n", painted(reason_, Paint::red));
    }
    if (figures.missing > 0 && repaired == 0) {
      fmt::print("`weir reconcile {} --repair` brings what is missing\n", flow_.definition->name);
    }
  }

  CommandContext& context_;
  const Flow& flow_;
  Journal& journal_;
  CallBudgets& budgets_;
  const std::chrono::milliseconds patience_;
  const std::stop_token stop_;
  const std::unique_ptr<Source> ids_;
  Reconciliation reconciliation_;
  int exit_code_ = exit_ok;
  std::string reason_;
};

void reconcile_command(CommandContext& context, const ReconcileOptions& options) {
  const auto wait = read_wait(context, options.wait);
  const auto selection = wait ? select_pipelines(context, {options.pipeline}) : nullptr;
  if (!selection) {
    return;
  }
  const StopSignals signals;
  const auto journal = open_journal_to_write(context, selection->workspace, *wait, signals.token());
  const auto budgets = journal ? open_budgets(context, selection->workspace) : nullptr;
  if (!budgets) {
    return;
  }
  const auto pipeline = journal->pipeline(options.pipeline);
  if (!pipeline) {
    print_error(context, pipeline.error());
    context.exit_code = exit_parked;
    return;
  }
  const std::vector<Flow> flows = make_flows(context, *selection, *journal);
  ReconcileRun(context, flows.front(), *journal, *budgets, *pipeline, *wait, signals.token())
      .run(options.repair);
}

}  // namespace

void add_reconcile_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<ReconcileOptions>();
  CLI::App* command = app.add_subcommand(
      "reconcile", "compare the ids at the source with the journal and the target");
  command->add_option("pipeline", options->pipeline, "the pipeline")->required();
  command->add_flag("--repair", options->repair,
                    "fetch and deliver what is missing; what is extra or deleted is told only");
  add_wait_option(*command, options->wait);
  add_common_options(*command, context);
  command->footer(
      "missing: at the source, but not in the journal (`weir run` first, or it is what came "
      "since),\n"
      "or delivered by the journal and not in the target. extra: in the target alone. deleted: in\n"
      "the journal, but gone from the source, or no longer matched by the request.\n"
      "The target's column is the one that the statement gives the id to; otherwise name it by\n"
      "`target: {table: …, key: …}`. Costs a call a page of ids, within the account's budget.\n"
      "Exit codes: 0 nothing differs, 1 something does, 2 wrong files or command line, 3 a system\n"
      "refused us, 4 parked, or the source did not stand still and the comparison is partial.");
  command->callback([&context, options] { reconcile_command(context, *options); });
}

}  // namespace weir
