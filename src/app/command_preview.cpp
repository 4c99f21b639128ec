// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/passage.h"
#include "app/sample.h"
#include "app/terminal.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weir {
namespace {

struct PreviewOptions {
  std::string pipeline;
  std::int64_t limit = 5;
};

// What became of a record, and why.
std::pair<std::string_view, std::string_view> verdict(const Passage& passage) {
  if (!passage.fault.empty()) {
    return {"would fail", passage.fault};
  }
  return passage.filtered.empty()
             ? std::pair<std::string_view, std::string_view>("as sent", passage.statement)
             : std::pair<std::string_view, std::string_view>("kept out", passage.filtered);
}

void print(const CommandContext& context, const PageRecord& record, std::string_view raw,
           const Passage& passage) {
  const auto [outcome, text] = verdict(passage);
  if (context.json) {
    Value line;
    line.set("id", record.id);
    line.set("number", record.number);
    line.set("raw", parse_json(raw).value_or(Value(raw)));
    line.set("cleaned", passage.cleaned);
    line.set("left_out", List(passage.left_out.begin(), passage.left_out.end()));
    line.set("rows", passage.requests);
    line.set("remark", passage.remark);
    line.set("outcome", outcome);
    line.set("text", text);
    fmt::print("{}\n", to_json(line));
    return;
  }
  fmt::print("{}\n", painted(record.id + "  " + record.number, Paint::bold));
  const auto field = [](std::string_view name, std::string_view content) {
    fmt::print("  {}{}\n", painted(fmt::format("{:<11}", name), Paint::dim), content);
  };
  field("raw", raw);
  field("cleaned", to_json(passage.cleaned));
  for (const std::string& row : passage.left_out) {
    field("left out", row);
  }
  field(outcome, text);
  if (!passage.remark.empty()) {
    field("remark", passage.remark);
  }
  fmt::print("\n");
}

void preview_command(CommandContext& context, const PreviewOptions& options) {
  const auto selection = select_pipelines(context, {options.pipeline});
  if (!selection) {
    return;
  }
  const auto budgets = open_budgets(context, selection->workspace);
  if (!budgets) {
    return;
  }
  Faults told;
  const auto flow =
      make_flow(selection->workspace, *selection->pipelines.front(), "", context.clock, told);
  const auto page = fetch_sample(*flow->source, *flow->definition, *budgets, context.clock);
  if (!page) {
    print_error(context, page.error());
    const ErrorKind kind = page.error().kind;
    const bool limit =
        kind == ErrorKind::exhausted || (is_transient(kind) && kind != ErrorKind::unavailable);
    context.exit_code = limit ? exit_parked : exit_refused;
    return;
  }
  const auto journal = open_journal_for_lookups(*flow);
  if (!journal) {
    print_error(context, journal.error());
    context.exit_code = exit_parked;
    return;
  }
  const LookupsAnswered lookups(*flow, journal->get(), {});
  std::int64_t shown = 0;
  for (const PageRecord& record : page->records) {
    if (shown++ == options.limit) {
      break;
    }
    const std::string_view raw = page->raw(record);
    print(context, record, raw, pass(*flow, raw, record.id, record.fault));
  }
  if (page->records.empty() && !context.json) {
    fmt::print("the source has no record in `sync`'s days that matches the request\n");
  }
}

}  // namespace

void add_preview_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<PreviewOptions>();
  CLI::App* command = app.add_subcommand(
      "preview", "fetch one page and show each record raw, cleaned and as it would be written");
  command->add_option("pipeline", options->pipeline, "the pipeline")->required();
  command->add_option("--limit", options->limit, "how many records")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  add_common_options(*command, context);
  command->footer(
      "Writes nothing and moves nothing. Costs one call of the source's API,\n"
      "within the account's budget; exit code 4 when that has none left.");
  command->callback([&context, options] { preview_command(context, *options); });
}

}  // namespace weir
