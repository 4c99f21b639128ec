// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/connector_file.h"

#include "connectors/http/connection_settings.h"
#include "connectors/http/file_references.h"

#include <fmt/format.h>

#include <set>

namespace weir {
namespace {

// Connector files hold no secrets of the environment: ${…} in them is a mistake.
class NoReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    return fail(ErrorKind::rejected,
                fmt::format("`${{{}:{}}}`: a connector file takes no references; declare a setting "
                            "in `spec` and use {{{{ config.… }}}}",
                            scheme, name));
  }
};

TemplateNames base_names(const SpecTable& settings) {
  TemplateNames names;
  auto& config = names["config"];
  for (const auto& setting : settings.settings) {
    config.push_back(setting.name);
  }
  names["request"] = {"now", "now_ms", "now_s", "uuid", "nonce", "method", "path", "body"};
  return names;
}

NamedTemplates read_variables(NodeReader& reader, TemplateNames& names) {
  NamedTemplates variables;
  const Node* node = reader.child("variables");
  if (node == nullptr) {
    return variables;
  }
  for (const auto& [name, value] : node->members) {
    const auto text = text_of_scalar(value);
    if (!text) {
      reader.complain(&value, "`variables." + name + "` takes a text");
      continue;
    }
    variables.emplace_back(name, RequestTemplate::compile(*text, value.at, names, reader.faults()));
    names["variables"].push_back(name);
  }
  return variables;
}

LoginStep read_login_step(const Node& node, TemplateNames& names, Faults& faults) {
  NodeReader reader(node, "login step", faults);
  LoginStep step;
  if (const Node* child = reader.required_child("login_requester")) {
    step.requester = read_requester(*child, names, faults);
  }
  if (const Node* extract = reader.required_child("extract")) {
    for (const auto& [name, path] : extract->members) {
      Node wrapper;
      wrapper.kind = Node::Kind::mapping;
      wrapper.at = path.at;
      wrapper.members.emplace_back("path", path);
      NodeReader path_reader(wrapper, "extract." + name, faults);
      step.extract.emplace_back(name, path_reader.path("path"));
      names["login"].push_back(name);
    }
  }
  return step;
}

Authenticator read_authenticator(const Node& node, TemplateNames& names, Faults& faults) {
  NodeReader reader(node, "authenticator", faults);
  Authenticator authenticator;
  reader.choice("type", {"SessionTokenAuthenticator"}, 0);
  for (const Node* step : reader.items("steps")) {
    authenticator.steps.push_back(read_login_step(*step, names, faults));
  }
  if (authenticator.steps.empty()) {
    reader.complain(nullptr, "`steps` is missing: the calls that log in");
  }
  authenticator.life_path = reader.path("expires_in_path");
  if (const auto life = reader.duration("expiration_duration")) {
    authenticator.life = *life;
  }
  return authenticator;
}

void read_rate(const Node& node, CallRates& rates, Faults& faults) {
  NodeReader reader(node, "api_budget rate", faults);
  const auto limit = reader.integer("limit");
  const auto interval = reader.duration("interval");
  if (!limit || *limit < 1 || !interval || *interval < std::chrono::seconds(1)) {
    reader.complain(nullptr, "takes `limit` (calls, at least 1) and `interval` (PT1S, PT1M, P1M)");
  } else if (*interval == std::chrono::seconds(1)) {
    rates.per_second = static_cast<double>(*limit);
  } else if (*interval == std::chrono::minutes(1)) {
    rates.per_minute = *limit;
  } else if (*interval == std::chrono::days(30)) {
    rates.per_month = *limit;
  } else {
    reader.complain(nullptr, "`interval` is one of PT1S, PT1M, P1M");
  }
}

CallRates read_budget(const Node& node, Faults& faults) {
  NodeReader reader(node, "api_budget", faults);
  CallRates rates;
  for (const Node* rate : reader.items("rates")) {
    read_rate(*rate, rates, faults);
  }
  return rates;
}

void check_stream_names(const std::vector<Stream>& streams, const Node& root, Faults& faults) {
  std::set<std::string> seen;
  for (const auto& stream : streams) {
    for (const auto& name : stream.names) {
      if (!seen.insert(name).second) {
        add_error(faults, root.at, "two streams are called `" + name + "`");
      }
    }
  }
}

// Stands apart so that every reader has ended, and appended its faults, before they are counted.
ConnectorFile read_file(const Node& root, Faults& faults) {
  NodeReader reader(root, "connector file", faults);
  ConnectorFile file;
  if (reader.integer("version").value_or(0) != 1) {
    reader.complain(nullptr, "`version: 1` is expected");
  }
  file.name = reader.required_text("name");
  file.title = reader.text("title", file.name);
  file.zone = reader.text("timezone");
  file.settings = engine_settings();
  file.settings.description = reader.text("description");
  if (const Node* spec = reader.child("spec")) {
    read_setting_specs(*spec, file.settings, faults);
  }
  TemplateNames names = base_names(file.settings);
  file.variables = read_variables(reader, names);
  file.account = RequestTemplate::compile(reader.text("account"), root.at, names, faults);
  if (const Node* node = reader.child("authenticator")) {
    file.authenticator = read_authenticator(*node, names, faults);
  }
  if (const Node* node = reader.child("api_budget")) {
    file.budget = read_budget(*node, faults);
  }
  names["page"] = {"number", "size", "offset", "token"};
  names["window"] = {"from", "to", "until", "kind"};
  names["parameters"] = {};
  for (const Node* stream : reader.items("streams")) {
    file.streams.push_back(read_stream(*stream, names, faults));
  }
  reader.child("definitions");
  check_stream_names(file.streams, root, faults);
  return file;
}

}  // namespace

std::shared_ptr<const ConnectorFile> read_connector_file(std::string_view text,
                                                         const std::string& name, Faults& faults) {
  Faults found;
  Node root = read_document(text, name, NoReferences(), found);
  std::shared_ptr<const ConnectorFile> file;
  if (!has_errors(found)) {
    resolve_file_references(root, found);
  }
  if (!has_errors(found)) {
    file = std::make_shared<const ConnectorFile>(read_file(root, found));
  }
  if (has_errors(found)) {
    file = nullptr;
  }
  faults.insert(faults.end(), found.begin(), found.end());
  return file;
}

}  // namespace weir
