// SPDX-License-Identifier: Apache-2.0
#include "app/columns.h"
#include "app/command_context.h"
#include "app/passage.h"
#include "app/sample.h"
#include "app/terminal.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdint>
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

// What became of a record, in the words of the table, and the text that goes with it.
std::pair<std::string_view, std::string_view> verdict(const Passage& passage) {
  if (!passage.fault.empty()) {
    return {"would fail", passage.fault};
  }
  return passage.filtered.empty()
             ? std::pair<std::string_view, std::string_view>("as sent", passage.statement)
             : std::pair<std::string_view, std::string_view>("kept out", passage.filtered);
}

void print_line(const PageRecord& record, const Value& raw, const Passage& passage) {
  const auto [outcome, text] = verdict(passage);
  const bool sent = outcome == "as sent";
  Value line;
  line.set("id", record.id);
  line.set("number", record.number);
  line.set("raw", raw);
  line.set("cleaned", passage.cleaned);
  line.set("left_out", List(passage.left_out.begin(), passage.left_out.end()));
  line.set("rows", passage.requests);
  line.set("statement", sent ? Value(text) : Value());
  line.set("outcome", outcome);
  line.set("reason", sent ? Value() : Value(text));
  line.set("remark", passage.remark);
  fmt::print("{}\n", to_json(line));
}

void print_field(std::string_view name, std::string_view content) {
  fmt::print("  {}{}\n", painted(fmt::format("{:<11}", name), Paint::dim), content);
}

void print_beside(const Value& raw, const Passage& passage, std::size_t width) {
  const auto [outcome, text] = verdict(passage);
  const std::size_t each = column_width(3, width);
  const auto cleaned =
      passage.cleaned.is_null() ? std::vector<std::string>() : outline(passage.cleaned, each);
  fmt::print("{}", side_by_side({{"raw", outline(raw, each)},
                                 {"cleaned", cleaned},
                                 {std::string(outcome), wrapped(text, each)}},
                                width));
}

void print_stacked(std::string_view raw, const Passage& passage) {
  print_field("raw", raw);
  print_field("cleaned", passage.cleaned.is_null() ? "" : to_json(passage.cleaned));
  const auto [outcome, text] = verdict(passage);
  print_field(outcome, text);
}

void print(const CommandContext& context, const PageRecord& record, std::string_view raw,
           const Passage& passage) {
  constexpr std::size_t narrowest = 90;
  const Value read = parse_json(raw).value_or(Value(raw));
  if (context.json) {
    print_line(record, read, passage);
    return;
  }
  fmt::print("{}\n", painted(record.id + "  " + record.number, Paint::bold));
  const std::size_t width = stdout_columns();
  if (width >= narrowest) {
    print_beside(read, passage, width);
  } else {
    print_stacked(raw, passage);
  }
  for (const std::string& row : passage.left_out) {
    print_field("left out", row);
  }
  if (!passage.remark.empty()) {
    print_field("remark", passage.remark);
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
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  add_common_options(*command, context);
  command->footer(
      "On a terminal of 90 columns and more, the three stand beside each other; else, and through\n"
      "a pipe, below each other and in full. With --json: one object a record, with `raw`,\n"
      "`cleaned`, `rows`, `statement`, `outcome` and `reason`.\n"
      "Writes nothing and moves nothing. Costs one call of the source's API,\n"
      "within the account's budget; exit code 4 when that has none left.");
  command->callback([&context, options] { preview_command(context, *options); });
}

}  // namespace weir
