// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/passage.h"
#include "app/terminal.h"
#include "core/time_zone.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace weir {
namespace {

struct RecordOptions {
  std::string pipeline;
  std::string id;
};

// A trace shows what went through the mapping; credentials play no part in it, and they may be
// absent on the machine where somebody asks.
class MaskedReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view) const override {
    return std::string("********");
  }
};

class TraceView {
 public:
  TraceView(CommandContext& context, const Selection& selection, Journal& journal)
      : context_(context), selection_(selection), journal_(journal) {}

  void show(const VersionTrace& version, std::size_t number, std::size_t count) {
    const Passage passage = passage_of(version);
    if (context_.json) {
      fmt::print("{}\n", to_json(json_of(version, passage)));
      return;
    }
    const RecordSummary& record = version.summary;
    fmt::print("{}  {}\n", painted(fmt::format("version {} of {}", number, count), Paint::bold),
               version.superseded ? "superseded before it was decided" : "");
    line("id", record.id);
    line("number", record.number);
    line("received", fmt::format("{} in run {}: {}", local(version.received_at),
                                 static_cast<std::int64_t>(version.received_in), version.origin));
    line("raw",
         version.raw_dropped ? "given up: past the time that raw pages are kept" : version.raw);
    line("cleaned", passage.cleaned.is_null() ? "" : to_json(passage.cleaned));
    for (const std::string& row : passage.left_out) {
      line("left out", row);
    }
    line("kept out", passage.filtered);
    line("no mapping", passage.fault);
    line("as sent", passage.statement);
    if (flow_ && !flow_->collections.empty()) {
      line("look-ups", "`_findCollection` is answered from the journal as it is now");
    }
    line("remark", passage.remark);
    for (const AttemptTrace& attempt : version.attempts) {
      line(fmt::format("attempt {}", attempt.attempt),
           fmt::format("{} {} in run {}{}", local(attempt.at), to_string(attempt.state),
                       static_cast<std::int64_t>(attempt.run),
                       attempt.reason.empty() ? "" : ": " + attempt.reason));
    }
    line("state", fmt::format("{} since {}{}", to_string(record.state), local(record.updated_at),
                              record.reason.empty() ? "" : ": " + record.reason));
    fmt::print("\n");
  }

 private:
  static void line(std::string_view name, std::string_view text) {
    if (!text.empty()) {
      fmt::print("  {}{}\n", painted(fmt::format("{:<11}", name), Paint::dim), text);
    }
  }

  std::string local(Timestamp moment) const {
    const auto zone = TimeZone::find(selection_.workspace.timezone);
    return zone ? format_local(zone->to_local(moment)) : format_utc(moment);
  }

  // What it was cleaned to and what was sent for it, by the definition of its own time.
  Passage passage_of(const VersionTrace& version) {
    const Flow* flow = version.raw_dropped ? nullptr : flow_of(version.definition);
    return flow == nullptr ? Passage() : pass(*flow, version.raw, version.summary.id);
  }

  // Versions of one record were mostly decided by the same text: made once.
  const Flow* flow_of(const std::string& text) {
    if (flow_ && text == flow_text_) {
      return &*flow_;
    }
    Faults ignored;
    lookups_.reset();
    definition_ = text.empty() ? std::optional(*selection_.pipelines.front())
                               : read_definition(selection_.pipelines.front()->name, text,
                                                 MaskedReferences(), ignored);
    flow_text_ = text;
    flow_ = definition_ ? make_flow(selection_.workspace, *definition_, "", context_.clock, ignored)
                        : std::nullopt;
    if (!flow_) {
      return nullptr;
    }
    lookups_.emplace(*flow_, &journal_, std::stop_token());
    return &*flow_;
  }

  static Value json_of(const VersionTrace& version, const Passage& passage) {
    const RecordSummary& record = version.summary;
    Value json;
    json.set("id", record.id);
    json.set("number", record.number);
    json.set("received_at", format_utc(version.received_at));
    json.set("run", std::to_string(static_cast<std::int64_t>(version.received_in)));
    json.set("origin", version.origin);
    json.set("raw",
             version.raw_dropped ? Value() : parse_json(version.raw).value_or(Value(version.raw)));
    json.set("cleaned", passage.cleaned);
    json.set("left_out", List(passage.left_out.begin(), passage.left_out.end()));
    json.set("filtered", passage.filtered);
    json.set("fault", passage.fault);
    // One row as itself, several as a list of them.
    json.set("request", passage.requests.empty()       ? Value()
                        : passage.requests.size() == 1 ? passage.requests.front()
                                                       : Value(passage.requests));
    json.set("statement", passage.statement);
    json.set("remark", passage.remark);
    json.set("state", to_string(record.state));
    json.set("reason", record.reason);
    json.set("attempts", std::int64_t{record.attempts});
    json.set("updated_at", format_utc(record.updated_at));
    json.set("superseded", version.superseded);
    List attempts;
    for (const AttemptTrace& attempt : version.attempts) {
      Value item;
      item.set("attempt", std::int64_t{attempt.attempt});
      item.set("at", format_utc(attempt.at));
      item.set("run", std::to_string(static_cast<std::int64_t>(attempt.run)));
      item.set("state", to_string(attempt.state));
      item.set("reason", attempt.reason);
      attempts.push_back(std::move(item));
    }
    json.set("history", Value(std::move(attempts)));
    return json;
  }

  CommandContext& context_;
  const Selection& selection_;
  Journal& journal_;
  std::optional<Definition> definition_;
  std::string flow_text_;
  std::optional<Flow> flow_;
  std::optional<LookupsAnswered> lookups_;  // of flow_
};

void record_command(CommandContext& context, const RecordOptions& options) {
  const auto selection = open_for_history(context, options.pipeline, Unresolved::itself);
  const auto journal = selection ? open_journal_to_read(context, selection->workspace) : nullptr;
  if (!journal) {
    return;
  }
  const auto pipeline = journal->pipeline(options.pipeline);
  const auto versions = pipeline
                            ? journal->trace(*pipeline, options.id)
                            : Result<std::vector<VersionTrace>>(tl::unexpected(pipeline.error()));
  if (!versions) {
    print_error(context, versions.error());
    context.exit_code = exit_bug;
    return;
  }
  if (versions->empty()) {
    print_error(context,
                {ErrorKind::rejected,
                 fmt::format("pipeline `{0}` has never received a record with id or number `{1}`; "
                             "`weir records {0} --find` looks for parts of both",
                             options.pipeline, options.id),
                 {},
                 {}});
    context.exit_code = exit_failed;
    return;
  }
  TraceView view(context, *selection, *journal);
  for (std::size_t i = 0; i < versions->size(); ++i) {
    view.show((*versions)[i], i + 1, versions->size());
  }
}

}  // namespace

void add_record_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<RecordOptions>();
  CLI::App* command = app.add_subcommand(
      "record", "one record's whole trace: received, cleaned, sent, answered, at every attempt");
  command->add_option("pipeline", options->pipeline, "the pipeline")->required();
  command->add_option("id", options->id, "id or number of the record")->required();
  add_common_options(*command, context);
  command->callback([&context, options] { record_command(context, *options); });
}

}  // namespace weir
