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

// A reader in the making, and why it is made.
struct Draft {
  CollectionReader reader;
  const Definition* definition = nullptr;
  Strategy asked;  // a target whose values are the names that are looked up, where they stand
};

Field placeholder(const std::string& name, const Location& at) {
  Field field;
  field.field = name;
  field.value = Setting{"{" + name + "}", false, at};
  field.at = at;
  return field;
}

// Fills in what makes the pipeline's rows; false: its files have faults. What is told of the names
// that are looked up is appended.
bool prepare_reader(Draft& draft, const Workspace& workspace, Clock& clock, Faults& faults) {
  const Definition& definition = *draft.definition;
  CollectionReader& reader = draft.reader;
  const auto zone = TimeZone::find(workspace.timezone);
  const auto shape = shape_of_source(workspace, definition, clock);
  if (!definition.well || !zone || !shape) {
    return false;
  }
  Faults told;
  if (definition.functions) {
    reader.functions =
        LuaFunctions::load(definition.functions->file, definition.functions->text, told);
    if (!reader.functions) {
      return false;
    }
  }
  const bool converts = reader.functions && reader.functions->has_record();
  reader.transform =
      Transform::compile(definition.source, draft.asked, *shape, *zone, told,
                         {&clock, nullptr, converts ? reader.functions.get() : nullptr});
  for (const Fault& fault : told) {
    const bool asked = std::any_of(
        draft.asked.request.begin(), draft.asked.request.end(), [&](const Field& field) {
          return field.at.file == fault.at.file && field.at.line == fault.at.line;
        });
    if (asked && reader.transform) {
      add_warning(faults, fault.at,
                  fmt::format("`_findCollection` from `{}`: {}", reader.pipeline, fault.message));
    }
  }
  return reader.transform != nullptr;
}

void add_lookup(CollectionReader& reader, const CollectionMention& mention) {
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

class ReaderMaker {
 public:
  ReaderMaker(const Workspace& workspace, Clock& clock, Faults& faults)
      : workspace_(workspace), clock_(clock), faults_(faults) {}

  void add(const CollectionMention& mention, const Location& at) {
    Draft* draft = draft_of(mention.pipeline, at);
    if (draft == nullptr) {
      return;
    }
    add_lookup(draft->reader, mention);
    draft->asked.request.push_back(placeholder(mention.field, at));
    for (const std::string& name : mention.where) {
      draft->asked.request.push_back(placeholder(name, at));
    }
  }

  std::vector<CollectionReader> make() {
    std::vector<CollectionReader> readers;
    for (Draft& draft : drafts_) {
      if (prepare_reader(draft, workspace_, clock_, faults_)) {
        readers.push_back(std::move(draft.reader));
      } else {
        add_error(
            faults_, draft.asked.request.front().at,
            fmt::format("`_findCollection` from `{0}`: the files of that pipeline have faults, so "
                        "its records cannot be read; `weir check {0}` tells them",
                        draft.reader.pipeline));
      }
    }
    return readers;
  }

 private:
  Draft* draft_of(const std::string& pipeline, const Location& at) {
    const auto known = std::find_if(drafts_.begin(), drafts_.end(), [&](const auto& each) {
      return each.reader.pipeline == pipeline;
    });
    if (known != drafts_.end()) {
      return &*known;
    }
    const Definition* definition = workspace_.pipeline(pipeline);
    if (definition == nullptr) {
      refuse_unknown(pipeline, at);
      return nullptr;
    }
    Draft& draft = drafts_.emplace_back();
    draft.reader.pipeline = pipeline;
    draft.definition = definition;
    return &draft;
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

  const Workspace& workspace_;
  Clock& clock_;
  Faults& faults_;
  std::vector<Draft> drafts_;
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
  return maker.make();
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
