// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/http_connector.h"

#include "connectors/http/http_source.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <set>

namespace weir {
namespace {

// Logins by connection: two pipelines over one connection share a token.
class TokenStores {
 public:
  std::shared_ptr<TokenStore> find(const Value& config) {
    const std::scoped_lock lock(mutex_);
    auto& store = stores_[to_json(config)];
    if (store == nullptr) {
      store = std::make_shared<TokenStore>();
    }
    return store;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<TokenStore>> stores_;
};

std::string_view without_slash(std::string_view api) {
  return api.starts_with('/') ? api.substr(1) : api;
}

const Stream* find_stream(const ConnectorFile& file, const Strategy& strategy, Faults& faults) {
  std::vector<std::string> known;
  for (const auto& stream : file.streams) {
    for (const auto& name : stream.names) {
      if (without_slash(name) == without_slash(strategy.api)) {
        return &stream;
      }
      known.emplace_back(without_slash(name));
    }
  }
  if (strategy.api.empty()) {
    return nullptr;  // said when the file was read
  }
  add_error(faults, strategy.place("api"),
            unknown_name(fmt::format("api that `{}` can read", file.name),
                         without_slash(strategy.api), known));
  return nullptr;
}

void check_strategy(const Stream& stream, const Strategy& strategy, Faults& faults) {
  if (!strategy.method.empty() && strategy.method != stream.requester.method) {
    add_error(faults, strategy.place("method"),
              fmt::format("`method` must be `{}` for `{}`, and is `\"{}\"`",
                          stream.requester.method, strategy.api, strategy.method));
  }
  if (strategy.id.empty()) {
    add_error(faults, strategy.place("id"),
              "`source.id` is missing: the name of the field that identifies a record");
  }
}

// What the connection's settings make of the stream: which times are wall time, where lists are
// cut.
void settle_shape(HttpSource::Parts& parts, const Strategy& strategy, Faults& faults) {
  const Stream& stream = *parts.stream;
  RequestScope scope(parts.exchange.connection.zone);
  scope.set("config", parts.exchange.connection.config);
  scope.set("parameters", parts.fields.parameters);
  parts.shape = stream.selector.shape;
  const std::string clock = stream.selector.clock.evaluate_text(scope).value_or("");
  if (clock == "local") {
    parts.shape.wall_times = stream.selector.times;
  } else if (!stream.selector.times.empty() && clock != "utc") {
    add_error(faults, strategy.at, fmt::format("`{}` is no clock; known: local, utc", clock));
  }
  if (stream.sub_lists) {
    const auto rows = stream.sub_lists->rows.evaluate(scope);
    Value wrapped{Object{}};
    wrapped.set("rows", rows ? *rows : Value());
    parts.sub_list_rows = integer_at(wrapped, {"rows"}).value_or(0);
  }
}

std::vector<std::string> secret_fields(const ConnectorFile& file) {
  std::set<std::string> names;
  for (const auto& stream : file.streams) {
    for (const auto& field : stream.parameters.fields) {
      if (field.secret) {
        names.insert(field.name);
      }
    }
  }
  return {names.begin(), names.end()};
}

std::vector<ConnectorApi> readable_apis(const ConnectorFile& file) {
  std::vector<ConnectorApi> apis;
  for (const auto& stream : file.streams) {
    for (const auto& name : stream.names) {
      ConnectorApi api{std::string(without_slash(name)), stream.description};
      api.method = stream.requester.method;
      for (const auto& field : stream.parameters.fields) {
        api.fields.push_back({field.name, field.required, field.secret});
      }
      apis.push_back(std::move(api));
    }
  }
  return apis;
}

}  // namespace

Connector make_http_connector(std::shared_ptr<const ConnectorFile> file,
                              std::shared_ptr<HttpClient> http) {
  Connector connector;
  connector.name = file->name;
  connector.title = file->title;
  connector.settings = file->settings;
  connector.secret_fields = secret_fields(*file);
  connector.reads = readable_apis(*file);
  auto tokens = std::make_shared<TokenStores>();
  connector.make_source = [file, http, tokens](const Node& node, const Strategy& strategy,
                                               const ConnectorContext& context,
                                               Faults& faults) -> std::unique_ptr<Source> {
    Faults found;
    HttpSource::Parts parts;
    parts.exchange.file = file;
    parts.exchange.connection = read_http_connection(*file, node, context, found);
    parts.stream = find_stream(*file, strategy, found);
    if (parts.stream != nullptr) {
      check_strategy(*parts.stream, strategy, found);
      parts.fields = place_fields(*parts.stream, strategy, found);
      if (parts.stream->ids != nullptr) {
        Faults told_already;
        parts.id_fields = place_fields(*parts.stream->ids, strategy, told_already);
      }
      settle_shape(parts, strategy, found);
    }
    const bool broken = has_errors(found);
    faults.insert(faults.end(), found.begin(), found.end());
    if (broken) {
      return nullptr;
    }
    parts.id = strategy.id;
    parts.number = strategy.number;
    parts.exchange.http = http;
    parts.tokens = tokens->find(parts.exchange.connection.config);
    parts.exchange.clock = context.clock;
    return std::make_unique<HttpSource>(std::move(parts));
  };
  return connector;
}

}  // namespace weir
