// SPDX-License-Identifier: Apache-2.0
#include "app/flow_collections.h"

#include "app/command_context.h"
#include "connectors/connectors.h"
#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir {
namespace {

// How the connector of a pipeline's source shapes its records; nothing: its files have faults.
std::optional<RecordShape> shape_of_source(const Workspace& workspace, const Definition& definition,
                                           Clock& clock) {
  const auto connection = workspace.connections.find(definition.source.connection);
  const Connector* connector = connection != workspace.connections.end()
                                   ? find_connector(connection->second.connector)
                                   : nullptr;
  if (connector == nullptr || !connector->make_source) {
    return std::nullopt;
  }
  ConnectorContext context;
  context.workspace_zone = workspace.timezone;
  context.pipeline = definition.name;
  context.clock = &clock;
  Faults told_there;
  const auto source =
      connector->make_source(connection->second.settings, definition.source, context, told_there);
  return source ? std::optional(source->shape()) : std::nullopt;
}

// Fills in what makes the pipeline's rows; false: its files have faults.
bool prepare_reader(CollectionReader& reader, const Workspace& workspace,
                    const Definition& definition, Clock& clock) {
  const auto zone = TimeZone::find(workspace.timezone);
  const auto shape = shape_of_source(workspace, definition, clock);
  if (!definition.well || !zone || !shape) {
    return false;
  }
  Faults told_there;
  if (definition.functions) {
    reader.functions =
        LuaFunctions::load(definition.functions->file, definition.functions->text, told_there);
    if (!reader.functions) {
      return false;
    }
  }
  const bool converts = reader.functions && reader.functions->has_record();
  reader.transform =
      Transform::compile(definition.source, Strategy(), *shape, *zone, told_there,
                         {&clock, nullptr, converts ? reader.functions.get() : nullptr});
  return reader.transform != nullptr;
}

class ReaderMaker {
 public:
  ReaderMaker(const Workspace& workspace, Clock& clock, Faults& faults)
      : workspace_(workspace), clock_(clock), faults_(faults) {}

  void add(const CollectionMention& mention, const Location& at) {
    if (CollectionReader* reader = reader_of(mention.pipeline, at)) {
      add_lookup(*reader, mention);
    }
  }

  std::vector<CollectionReader> take() { return std::move(readers_); }

 private:
  CollectionReader* reader_of(const std::string& pipeline, const Location& at) {
    const auto known = std::find_if(readers_.begin(), readers_.end(),
                                    [&](const auto& each) { return each.pipeline == pipeline; });
    if (known != readers_.end()) {
      return &*known;
    }
    const Definition* definition = workspace_.pipeline(pipeline);
    if (definition == nullptr) {
      refuse_unknown(pipeline, at);
      return nullptr;
    }
    CollectionReader reader;
    reader.pipeline = pipeline;
    if (!prepare_reader(reader, workspace_, *definition, clock_)) {
      add_error(faults_, at,
                fmt::format("`_findCollection` from `{0}`: the files of that pipeline have faults, "
                            "so its records cannot be read; `weir check {0}` tells them",
                            pipeline));
      return nullptr;
    }
    readers_.push_back(std::move(reader));
    return &readers_.back();
  }

  void refuse_unknown(const std::string& pipeline, const Location& at) {
    std::vector<std::string> names;
    for (const Definition& definition : workspace_.pipelines) {
      names.push_back(definition.name);
    }
    const std::string hint = suggestion(pipeline, names);
    add_error(faults_, at,
              fmt::format("`_findCollection` from `{}`: there is no pipeline of this name in the "
                          "workspace{}",
                          pipeline, hint.empty() ? "; the files in `pipelines/` name them" : hint));
  }

  static void add_lookup(CollectionReader& reader, const CollectionMention& mention) {
    auto lookup = std::find_if(reader.lookups.begin(), reader.lookups.end(),
                               [&](const auto& each) { return each.where == mention.where; });
    if (lookup == reader.lookups.end()) {
      reader.lookups.push_back({mention.where, {}});
      lookup = std::prev(reader.lookups.end());
    }
    auto& fields = lookup->fields;
    if (std::find(fields.begin(), fields.end(), mention.field) == fields.end()) {
      fields.push_back(mention.field);
    }
  }

  const Workspace& workspace_;
  Clock& clock_;
  Faults& faults_;
  std::vector<CollectionReader> readers_;
};

}  // namespace

std::vector<CollectionReader> make_collection_readers(const Workspace& workspace,
                                                      const Transform& mapping, Clock& clock,
                                                      Faults& faults) {
  ReaderMaker maker(workspace, clock, faults);
  mapping.visit_templates([&](const Template& value, const Location& at) {
    for (const CollectionMention& mention : value.collections()) {
      maker.add(mention, at);
    }
  });
  return maker.take();
}

LookupsAnswered::LookupsAnswered(const Flow& flow, Journal* journal, std::stop_token stop)
    : flow_(flow) {
  if (flow.collections.empty()) {
    return;
  }
  std::vector<CollectionSource> sources;
  for (const CollectionReader& reader : flow.collections) {
    sources.push_back({reader.pipeline, reader.transform.get(), reader.lookups});
  }
  flow.surroundings->look_in(std::make_unique<JournalCollections>(
      CollectionPlace{journal, flow.state, std::move(stop)}, std::move(sources)));
}

LookupsAnswered::~LookupsAnswered() { flow_.surroundings->look_in(nullptr); }

Result<std::unique_ptr<Journal>> open_journal_for_lookups(const Flow& flow) {
  if (flow.collections.empty() || !std::filesystem::exists(flow.state / "journal.db")) {
    return nullptr;
  }
  JournalOptions options;
  options.folder = flow.state;
  options.access = JournalAccess::read;
  return open_sqlite_journal(options);
}

}  // namespace weir
