// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace weir {
namespace {

void read_parameters(const Strategy& strategy, MysqlTarget& target, Faults& faults) {
  const Field* field = strategy.find("main_params");
  if (field == nullptr) {
    std::vector<std::string> names;
    for (const Field& each : strategy.request) {
      names.push_back(each.field);
    }
    const std::string near = nearest_name("main_params", names);
    faults.push_back(
        {Severity::error, strategy.at,
         fmt::format("`request` has no `main_params`{}; add it with type object and the "
                     "statement's parameters as its children",
                     near.empty() ? "" : fmt::format(" (but a `{}`)", near))});
    return;
  }
  if (!field->type.empty() && field->type != "object") {
    faults.push_back({Severity::error, field->at,
                      fmt::format("`main_params` has type `{}`; it must be an object, with the "
                                  "statement's parameters as its children",
                                  field->type)});
  }
  target.parameters = field;
  for (const Field& child : field->children) {
    if (child.value && child.value->secret) {
      target.secrets.insert(child.field);
    }
  }
}

void read_sql(const Strategy& strategy, MysqlTarget& target, Faults& faults) {
  const Field* field = strategy.find("main_sql");
  const std::string* sql = field == nullptr || !field->value ? nullptr : field->value->value.text();
  if (sql == nullptr) {
    faults.push_back({Severity::error, field == nullptr ? strategy.at : field->at,
                      "`otherRequest` has no statement in `main_sql`; write one with :name for "
                      "each value, such as INSERT INTO t (id) VALUES (:id)"});
    return;
  }
  target.sql = *sql;
  target.sql_at = field->value->at.line > 0 ? field->value->at : field->at;
  auto statement = parse_statement(*sql);
  if (!statement) {
    faults.push_back({Severity::error, target.sql_at, "`main_sql`: " + statement.error().message});
    return;
  }
  target.statement = std::move(*statement);
}

void match_names(const MysqlTarget& target, Faults& faults) {
  std::vector<std::string> known;
  for (const Field& child : target.parameters->children) {
    known.push_back(child.field);
  }
  const std::vector<std::string>& used = target.statement.parameters;
  std::set<std::string> told;
  for (const std::string& name : used) {
    const bool unknown = std::find(known.begin(), known.end(), name) == known.end();
    if (unknown && told.insert(name).second) {
      const std::string near = nearest_name(name, known);
      faults.push_back(
          {Severity::error, target.sql_at,
           fmt::format("`main_sql` uses `:{}`, but `main_params` has no child of that name{}", name,
                       near.empty() ? "; add it" : fmt::format("; did you mean `:{}`?", near))});
    }
  }
  for (const Field& child : target.parameters->children) {
    if (std::find(used.begin(), used.end(), child.field) == used.end()) {
      const std::string near = nearest_name(child.field, used);
      faults.push_back({Severity::warning, child.at,
                        fmt::format("`main_sql` never uses parameter `{}`{}", child.field,
                                    near.empty() ? "" : fmt::format(" (it has `:{}`)", near))});
    }
  }
}

void judge(const MysqlTarget& target, bool at_least_once, Faults& faults) {
  const MysqlStatement& statement = target.statement;
  if (statement.commits_itself && !at_least_once) {
    faults.push_back({Severity::error, target.sql_at,
                      "this statement commits by itself, so a record could be delivered twice "
                      "after a crash; write INSERT, UPDATE or DELETE, or accept that with "
                      "`delivery: at_least_once`"});
  }
  if (statement.batching == Batching::none) {
    faults.push_back({Severity::warning, target.sql_at,
                      "this statement goes record by record, at a tenth of the speed; only INSERT "
                      "and REPLACE with one VALUES (…) are written in bulk"});
  }
}

}  // namespace

const Field* MysqlTarget::parameter(const std::string& name) const {
  const auto found = std::find_if(parameters->children.begin(), parameters->children.end(),
                                  [&](const Field& child) { return child.field == name; });
  return found == parameters->children.end() ? nullptr : &*found;
}

std::optional<MysqlTarget> read_mysql_target(const Strategy& strategy, bool at_least_once,
                                             Faults& faults) {
  Faults found;
  MysqlTarget target;
  if (strategy.api != "execute") {
    found.push_back(
        {Severity::error, strategy.at,
         fmt::format("connector `mysql` has no api `{}`; write `api: execute`", strategy.api)});
  }
  read_parameters(strategy, target, found);
  read_sql(strategy, target, found);
  if (!has_errors(found)) {
    match_names(target, found);
    judge(target, at_least_once, found);
  }
  const bool usable = !has_errors(found);
  faults.insert(faults.end(), found.begin(), found.end());
  return usable ? std::optional(std::move(target)) : std::nullopt;
}

}  // namespace weir
