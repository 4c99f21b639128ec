// SPDX-License-Identifier: Apache-2.0
#include "spec/strategy_import.h"

#include "spec/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace weir {
namespace {

const std::vector<std::string> field_lists = {"request", "otherRequest", "response",
                                              "otherResponse"};
// What a file says first; the rest follows as it stood.
const std::vector<std::string> first_keys = {"connection", "api",     "method",  "id",
                                             "number",     "idCheck", "schedule"};
// Names of request fields that are secrets with whatever system.
const std::vector<std::string> secret_names = {
    "systemToken", "token",  "accessToken", "access_token", "appSecret", "app_secret",
    "secret",      "passwd", "password",    "sessionId",    "apiKey",    "api_key"};

// Which connector speaks an API, by how its name begins.
struct KnownApi {
  std::string_view begins;
  std::string_view connector;
};
constexpr std::array<KnownApi, 6> known_apis = {{{"v1.0/yida/", "dingtalk"},
                                                 {"v2.0/yida/", "dingtalk"},
                                                 {"/v1.0/yida/", "dingtalk"},
                                                 {"/v2.0/yida/", "dingtalk"},
                                                 {"execute", "mysql"},
                                                 {"batchexecute", "mysql"}}};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string text_member(const Value& object, std::string_view name) {
  const Value* member = object.member(name);
  return member != nullptr ? to_text(*member) : std::string();
}

std::string_view connector_of(const Value& side) {
  const std::string api = text_member(side, "api");
  for (const KnownApi& known : known_apis) {
    const bool whole = known.connector == "mysql";
    if (whole ? api == known.begins : api.starts_with(known.begins)) {
      return known.connector;
    }
  }
  return {};
}

// What a field list is keyed by: the names of its entries.
std::string entry_name(const Value& entry) { return text_member(entry, "field"); }

class Importer {
 public:
  explicit Importer(const ImportContext& context) : context_(context) {}

  Result<ImportedPipeline> import(std::span<const Value> documents) {
    for (const Value& document : documents) {
      WEIR_CHECK(gather(document));
    }
    for (const auto& [side, found] : {std::pair("source", &source_), {"target", &target_}}) {
      if (found->is_null()) {
        return fail(ErrorKind::invalid_config,
                    fmt::format("there is no strategy of a {} in it; give the file that holds it "
                                "too",
                                side));
      }
    }
    result_.source = finish(source_, "source", context_.source_connection);
    result_.target = finish(target_, "target", context_.target_connection);
    name_the_id();
    assemble();
    return std::move(result_);
  }

 private:
  Result<void> gather(const Value& document) {
    if (const List* list = document.list()) {
      for (const Value& item : *list) {
        WEIR_CHECK(gather(item));
      }
      return {};
    }
    if (document.object() == nullptr) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`{}` is no strategy: it must be an object with `api` and `request`, "
                              "or one with `source` and `target`",
                              to_json(document).substr(0, 60)));
    }
    const Value* source = document.member("source");
    const Value* target = document.member("target");
    if (source == nullptr && target == nullptr) {
      return gather_side(document);
    }
    for (const auto& [name, member] : *document.object()) {
      if (&member == source || &member == target) {
        WEIR_CHECK(gather_one(member, &member == source ? source_ : target_));
      } else {
        scheme_.set(name, member);
      }
    }
    return {};
  }

  // A strategy that does not say which side it is of says so by what it does.
  Result<void> gather_side(const Value& strategy) {
    const std::string effect = !text_member(strategy, "effect").empty()
                                   ? text_member(strategy, "effect")
                                   : text_member(strategy, "type");
    const std::string api = text_member(strategy, "api");
    const bool reads = effect == "QUERY" || strategy.member("formatResponse") != nullptr ||
                       strategy.member("condition") != nullptr;
    const bool writes = effect == "EXECUTE" || effect == "WRITE" || effect == "CREATE" ||
                        effect == "UPDATE" || api == "execute" || api == "batchexecute";
    if (!reads && !writes && api.empty()) {
      return fail(
          ErrorKind::invalid_config,
          fmt::format("an object with {} is no strategy: it has neither `api` nor "
                      "`effect: QUERY` or `EXECUTE`",
                      strategy.object()->empty() ? std::string("nothing in it")
                                                 : "`" + strategy.object()->front().first + "`"));
    }
    return gather_one(strategy, reads && !writes ? source_ : writes ? target_ : other_side());
  }

  // Two strategies that do not say what they are come in the order of the data's way.
  Value& other_side() { return source_.is_null() ? source_ : target_; }

  Result<void> gather_one(const Value& fragment, Value& side) {
    if (fragment.object() == nullptr) {
      return fail(ErrorKind::invalid_config, "`source` and `target` must be objects");
    }
    if (side.is_null()) {
      side = Object();
    }
    for (const auto& [spelled, member] : *fragment.object()) {
      const std::string name = canonical(spelled);
      const Value* there = side.member(name);
      if (there == nullptr || there->is_null()) {
        side.set(name, member);
      } else if (contains(field_lists, name)) {
        side.set(name, united(*there, member));
      } else if (!(*there == member) && !member.is_null()) {
        result_.notes.push_back(
            fmt::format("`{}` stands twice, as {} and as {}; the first was taken", name,
                        to_json(*there), to_json(member)));
      }
    }
    return {};
  }

  // The newer exports write `requestParams` for `request`, and so on.
  static std::string canonical(const std::string& spelled) {
    for (const std::string& name : field_lists) {
      if (spelled == name + "Params") {
        return name;
      }
    }
    return spelled;
  }

  // A plain map stands for `{field, value}` entries.
  static List entries_of(const Value& fields) {
    if (const List* list = fields.list()) {
      return *list;
    }
    List entries;
    if (const Object* object = fields.object()) {
      for (const auto& [name, value] : *object) {
        entries.push_back(Object{{"field", name}, {"value", value}});
      }
    }
    return entries;
  }

  static Value united(const Value& first, const Value& second) {
    List entries = entries_of(first);
    for (Value& entry : entries_of(second)) {
      const bool known = std::any_of(entries.begin(), entries.end(), [&](const Value& there) {
        return entry_name(there) == entry_name(entry) &&
               text_member(there, "parent") == text_member(entry, "parent") &&
               text_member(there, "parent_id") == text_member(entry, "parent_id");
      });
      if (!known) {
        entries.push_back(std::move(entry));
      }
    }
    return entries;
  }

  ImportedSide finish(Value& side, const std::string& name, const std::string& given) {
    ImportedSide imported;
    imported.connector = connector_of(side);
    imported.connection = !given.empty()               ? given
                          : imported.connector.empty() ? name
                                                       : imported.connector;
    if (imported.connector.empty()) {
      result_.notes.push_back(fmt::format(
          "{}: no connector here is known to speak `{}`; write connections/{}.yaml and name its "
          "connector (`weir connectors` lists them)",
          name, text_member(side, "api"), imported.connection));
    }
    std::vector<std::string> secrets = secret_names;
    if (context_.secret_fields && !imported.connector.empty()) {
      const auto declared = context_.secret_fields(imported.connector);
      secrets.insert(secrets.end(), declared.begin(), declared.end());
    }
    side = escaped(side);
    for (const char* list : {"request", "otherRequest"}) {
      hide_secrets(side, list, secrets, imported.connection);
    }
    if (const Value* remedy = side.member("omissionRemedy")) {
      Value hidden = *remedy;
      hide_secrets(hidden, "takeOverRequest", secrets, imported.connection);
      side.set("omissionRemedy", std::move(hidden));
    }
    side.set("connection", imported.connection);
    return imported;
  }

  void hide_secrets(Value& holder, const char* list, const std::vector<std::string>& secrets,
                    const std::string& connection) {
    if (const Value* fields = holder.member(list)) {
      Value replaced = *fields;
      replace_secrets(replaced, secrets, connection);
      holder.set(list, std::move(replaced));
    }
  }

  static Value escaped(const Value& value) {
    if (const std::string* text = value.text()) {
      return escape_references(*text);
    }
    if (const List* list = value.list()) {
      List out;
      std::transform(list->begin(), list->end(), std::back_inserter(out), escaped);
      return out;
    }
    if (const Object* object = value.object()) {
      Object out;
      for (const auto& [name, member] : *object) {
        out.emplace_back(name, escaped(member));
      }
      return out;
    }
    return value;
  }

  // In lists of `{field, value, children}` and in plain maps.
  void replace_secrets(Value& fields, const std::vector<std::string>& secrets,
                       const std::string& connection) {
    if (List* list = fields.list()) {
      for (Value& entry : *list) {
        if (const Value* children = entry.member("children")) {
          Value below = *children;
          replace_secrets(below, secrets, connection);
          entry.set("children", std::move(below));
        }
        const Value* value = entry.member("value");
        if (value != nullptr && is_plain_secret(entry_name(entry), *value, secrets)) {
          entry.set("value", reference(connection, entry_name(entry)));
        }
      }
    } else if (Object* object = fields.object()) {
      for (auto& [name, value] : *object) {
        if (is_plain_secret(name, value, secrets)) {
          value = reference(connection, name);
        }
      }
    }
  }

  // A template makes the value of something else.
  static bool is_plain_secret(const std::string& name, const Value& value,
                              const std::vector<std::string>& secrets) {
    const std::string text = to_text(value);
    const bool scalar = value.list() == nullptr && value.object() == nullptr;
    return contains(secrets, name) && scalar && !text.empty() &&
           text.find('{') == std::string::npos;
  }

  Value reference(const std::string& connection, const std::string& field) {
    const std::string variable = environment_variable_for(connection, field);
    const auto entry = std::pair(variable, field);
    if (std::find(result_.references.begin(), result_.references.end(), entry) ==
        result_.references.end()) {
      result_.references.push_back(entry);
    }
    return "${env:" + variable + "}";
  }

  // Exports of process forms often leave the id to the platform.
  void name_the_id() {
    if (!text_member(source_, "id").empty()) {
      return;
    }
    if (result_.source.connector == "dingtalk") {
      source_.set("id", "processInstanceId");
      result_.notes.push_back("source: it names no `id`; `processInstanceId` was taken");
    } else {
      result_.notes.push_back("source: it names no `id`; write which field tells records apart");
    }
  }

  // One schedule for the whole where both sides come at the same times, else each side's own.
  void take_schedule(Object& document) {
    const std::string whole = crontab_of(scheme_);
    const std::string source = or_else(crontab_of(source_), whole);
    const std::string target = or_else(crontab_of(target_), whole);
    if (!source.empty() && !target.empty() && source != target) {
      source_.set("schedule", Object{{"cron", source}});
      target_.set("schedule", Object{{"cron", target}});
      return;
    }
    if (const std::string only = or_else(source, target); !only.empty()) {
      document.emplace_back("schedule", Object{{"cron", only}});
      if (source.empty() || target.empty()) {
        result_.notes.push_back(
            fmt::format("only the {} has a `crontab`; the pipeline reads and delivers by it",
                        source.empty() ? "target" : "source"));
      }
    }
  }

  static std::string or_else(const std::string& first, const std::string& second) {
    return first.empty() ? second : first;
  }

  static std::string crontab_of(Value& holder) {
    std::string cron;
    for (const char* name : {"crontab", "cron"}) {
      const Value* member = holder.member(name);
      if (member != nullptr && member->text() != nullptr) {
        cron = *member->text();
        std::erase_if(*holder.object(), [&](const auto& entry) { return entry.first == name; });
      }
    }
    return cron;
  }

  static Value ordered(const Value& side) {
    Value out = Object();
    for (const std::string& name : first_keys) {
      if (const Value* member = side.member(name)) {
        out.set(name, *member);
      }
    }
    for (const auto& [name, member] : *side.object()) {
      out.set(name, member);
    }
    return out;
  }

  void assemble() {
    Object document;
    if (const std::string name = text_member(scheme_, "name"); !name.empty()) {
      document.emplace_back("name", escape_references(name));
    }
    take_schedule(document);
    document.emplace_back("source", ordered(source_));
    document.emplace_back("target", ordered(target_));
    result_.document = std::move(document);
    if (const Object* rest = scheme_.object()) {
      for (const auto& [name, member] : *rest) {
        if (name != "name") {
          result_.notes.push_back(
              fmt::format("`{}` beside `source` and `target` has no place in a pipeline's file: {}",
                          name, to_json(member).substr(0, 80)));
        }
      }
    }
  }

  const ImportContext& context_;
  Value source_;
  Value target_;
  Value scheme_;  // what stands beside `source` and `target`
  ImportedPipeline result_;
};

}  // namespace

Result<ImportedPipeline> import_strategies(std::span<const Value> documents,
                                           const ImportContext& context) {
  return Importer(context).import(documents);
}

}  // namespace weir
