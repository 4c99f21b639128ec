// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "connectors/connectors.h"
#include "pipeline/functions_file.h"
#include "sink/no_operation_sink.h"
#include "spec/omission_remedy.h"
#include "spec/secret_fields.h"
#include "transform/name_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// The connection's connector; appends why there is none.
const Connector* connector_of(const Connection& connection, Faults& faults) {
  if (const Connector* connector = find_connector(connection.connector)) {
    return connector;
  }
  const Node* node = connection.settings.member("connector");
  if (node != nullptr) {  // else said when the workspace was read
    std::vector<std::string> known;
    for (const Connector& connector : connectors()) {
      known.push_back(connector.name);
    }
    add_error(faults, node->at, unknown_name("connector", connection.connector, known));
  }
  return nullptr;
}

const Connection* connection_of(const Workspace& workspace, const Strategy& strategy) {
  const auto at = workspace.connections.find(strategy.connection);
  return at == workspace.connections.end() ? nullptr : &at->second;
}

class FlowMaker {
 public:
  FlowMaker(const Workspace& workspace, const Definition& definition, ConnectorContext context,
            Faults& faults)
      : workspace_(workspace),
        definition_(definition),
        context_(std::move(context)),
        faults_(faults) {}

  std::unique_ptr<Source> make_source(const Strategy& strategy) {
    const auto [connection, connector] = find(strategy);
    if (connector == nullptr) {
      return nullptr;
    }
    if (!connector->make_source) {
      refuse(strategy, *connector, "read from");
      return nullptr;
    }
    return connector->make_source(connection->settings, strategy, context_, faults_);
  }

  // Appends what the source has not said already.
  std::unique_ptr<Source> make_remedy(const OmissionRemedy& remedy) {
    Faults found = std::exchange(faults_, {});
    auto source = make_source(remedy_strategy(definition_.source, remedy));
    const Faults anew = std::exchange(faults_, std::move(found));
    for (const Fault& fault : anew) {
      const bool known = std::any_of(faults_.begin(), faults_.end(), [&](const Fault& other) {
        return to_string(other) == to_string(fault);
      });
      if (!known) {
        faults_.push_back(fault);
      }
    }
    return source;
  }

  std::unique_ptr<Sink> make_sink() {
    const Strategy& strategy = definition_.target;
    if (strategy.writes_nothing()) {
      return make_no_operation_sink();
    }
    const auto [connection, connector] = find(strategy);
    if (connector == nullptr) {
      return nullptr;
    }
    if (!connector->make_sink) {
      refuse(strategy, *connector, "written to");
      return nullptr;
    }
    return connector->make_sink(connection->settings, strategy, context_, faults_);
  }

  std::string kept_text() {
    const Connection* connection = connection_of(workspace_, definition_.source);
    const Connector* connector =
        connection == nullptr ? nullptr : find_connector(connection->connector);
    SecretFields fields;
    if (connector != nullptr) {
      fields.source = connector->secret_fields;
    }
    return keep_functions(mask_secret_fields(definition_.text, fields), definition_.functions);
  }

 private:
  std::pair<const Connection*, const Connector*> find(const Strategy& strategy) {
    const Connection* connection = connection_of(workspace_, strategy);
    if (connection == nullptr) {
      return {nullptr, nullptr};  // said when the workspace was read
    }
    return {connection, connector_of(*connection, faults_)};
  }

  void refuse(const Strategy& strategy, const Connector& connector, std::string_view verb) {
    add_error(faults_, strategy.place("connection"),
              fmt::format("connection `{}` is of connector `{}`, which cannot be {}",
                          strategy.connection, connector.name, verb));
  }

  const Workspace& workspace_;
  const Definition& definition_;
  const ConnectorContext context_;
  Faults& faults_;
};

}  // namespace

std::optional<Flow> make_flow(const Workspace& workspace, const Definition& definition,
                              const std::string& journal_uuid, Clock& clock, Faults& faults) {
  Faults found;
  const auto zone = TimeZone::find(workspace.timezone);
  ConnectorContext context;
  // One that is none was told when the workspace was read.
  context.workspace_zone = zone ? workspace.timezone : "UTC";
  context.pipeline = definition.name;
  context.journal_uuid = journal_uuid;
  context.clock = &clock;
  context.at_least_once = definition.at_least_once;
  FlowMaker maker(workspace, definition, std::move(context), found);
  Flow flow;
  flow.definition = &definition;
  flow.state = workspace.state;
  flow.jobs = scheduled_jobs(definition, found);
  flow.source = maker.make_source(definition.source);
  if (flow.source && definition.source.omission_remedy) {
    flow.remedy = maker.make_remedy(*definition.source.omission_remedy);
  }
  flow.sink = maker.make_sink();
  if (zone && definition.well) {  // else its mapping was compiled, for its faults, when it was read
    const RecordShape shape = flow.source ? flow.source->shape() : RecordShape();
    if (definition.functions) {
      flow.functions =
          LuaFunctions::load(definition.functions->file, definition.functions->text, found);
    }
    flow.surroundings = std::make_unique<FlowSurroundings>(flow.functions.get());
    const bool converts = flow.functions && flow.functions->has_record();
    flow.transform = Transform::compile(
        definition.source, definition.target, shape, *zone, found,
        {&clock, flow.surroundings.get(), converts ? flow.functions.get() : nullptr});
    if (flow.transform) {
      check_functions(*flow.transform, flow.functions.get(), found);
      flow.collections = make_collection_readers(workspace, *flow.transform, clock, found);
      warn_of_clocks(definition.source, *flow.transform, found);
      for (Source* source : {flow.source.get(), flow.remedy.get()}) {
        if (source != nullptr) {
          source->locate(flow.transform->selection());
        }
      }
    }
  }
  if (flow.sink && !definition.source.id_check && !flow.sink->traits().repeatable) {
    found.push_back({Severity::warning, definition.source.place("idCheck"),
                     "`idCheck: false` delivers a changed record again, and a plain INSERT then "
                     "adds a second row of it; write ON DUPLICATE KEY UPDATE over a unique key, or "
                     "`idCheck: true`"});
  }
  if (definition.well) {
    flow.kept_text = maker.kept_text();
  }
  const bool whole = flow.source && flow.sink && flow.transform && !has_errors(found);
  faults.insert(faults.end(), found.begin(), found.end());
  return whole ? std::optional<Flow>(std::move(flow)) : std::nullopt;
}

}  // namespace weir
