// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/target.h"

#include "connectors/mysql/statement_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>

namespace weir {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

void judge_each(const BoundStatement& bound, bool at_least_once, Faults& faults) {
  if (bound.statement.commits_itself && !at_least_once) {
    add_error(faults, bound.at,
              "this statement commits by itself, so a record could be delivered twice after a "
              "crash; write INSERT, UPDATE or DELETE, or accept that with "
              "`delivery: at_least_once`");
  }
}

void judge_pace(const MysqlTarget& target, Faults& faults) {
  const BoundStatement& main = target.main();
  if (target.statements.size() == 1) {
    if (main.statement.batching == Batching::none) {
      add_warning(faults, main.at,
                  "this statement goes record by record, at a tenth of the speed; only INSERT and "
                  "REPLACE with one VALUES (…) are written in bulk");
    }
  } else if (!target.in_bulk()) {
    add_warning(faults, main.at,
                "these statements go record by record, at a tenth of the speed; they are written "
                "in bulk when each of them is an INSERT or REPLACE with one VALUES (…) into a "
                "table of its own");
  } else if (target.needs_insert_id()) {
    add_warning(faults, main.at,
                "`main_sql` goes record by record, at a tenth of the speed, because each record's "
                "`:lastInsertId` is asked for; the rows of the extensions are written in bulk");
  }
}

struct TargetApi {
  std::string_view name;
  std::string_view description;
  std::vector<BoundStatement> (*read)(const Strategy&, Faults&);
  std::initializer_list<ConnectorApi::Field> fields;
};

const std::array<TargetApi, 2> apis = {
    {{"execute",
      "`main_sql`, with the fields of the object `main_params` as its parameters `:name`; then "
      "each "
      "`extend_sql_N` with `extend_params_N`, where `:lastInsertId` is the id that `main_sql` was "
      "given. All of a record in one transaction, many records in one call.",
      read_execute,
      {{"main_params", true}, {"main_sql", true}, {"extend_params_N"}, {"extend_sql_N"}}},
     {"batchexecute",
      "`main_sql` that ends at VALUES, and a field of `request` for each column.",
      read_batch_execute,
      {{"main_sql", true}}}}};

std::vector<std::string> api_names() {
  std::vector<std::string> names;
  for (const TargetApi& api : apis) {
    names.emplace_back(api.name);
  }
  return names;
}

}  // namespace

std::vector<ConnectorApi> mysql_apis() {
  std::vector<ConnectorApi> made;
  for (const TargetApi& api : apis) {
    made.push_back({std::string(api.name), std::string(api.description), {}, api.fields});
  }
  return made;
}

bool MysqlTarget::needs_insert_id() const {
  return std::any_of(statements.begin(), statements.end(), [](const BoundStatement& bound) {
    const auto& used = bound.statement.parameters;
    return std::any_of(used.begin(), used.end(),
                       [&](const std::string& name) { return bound.insert_ids.count(name) > 0; });
  });
}

bool MysqlTarget::commits_itself() const {
  return std::any_of(statements.begin(), statements.end(),
                     [](const BoundStatement& bound) { return bound.statement.commits_itself; });
}

bool MysqlTarget::is_repeatable() const {
  for (auto at = statements.begin(); at != statements.end(); ++at) {
    const std::string& table = at->statement.table;
    const bool cleared = std::any_of(statements.begin(), at, [&](const BoundStatement& before) {
      return before.statement.verb == StatementVerb::remove && !table.empty() &&
             same_letters(before.statement.table, table);
    });
    if (at->statement.is_plain_insert() && !cleared) {
      return false;
    }
  }
  return true;
}

bool MysqlTarget::in_bulk() const {
  if (statements.size() == 1) {
    return true;
  }
  for (auto at = statements.begin(); at != statements.end(); ++at) {
    const std::string& table = at->statement.table;
    const bool shared = std::any_of(std::next(at), statements.end(), [&](const auto& after) {
      return same_letters(after.statement.table, table);
    });
    if (at->statement.batching == Batching::none || table.empty() || shared) {
      return false;
    }
  }
  return true;
}

std::optional<MysqlTarget> read_mysql_target(const Strategy& strategy, bool at_least_once,
                                             Faults& faults) {
  Faults found;
  MysqlTarget target;
  if (strategy.api.empty()) {
    return std::nullopt;  // said when the file was read
  }
  const auto* api = std::find_if(apis.begin(), apis.end(),
                                 [&](const TargetApi& each) { return each.name == strategy.api; });
  if (api != apis.end()) {
    target.statements = api->read(strategy, found);
  } else {
    add_error(found, strategy.place("api"),
              unknown_name("api that `mysql` can write by", strategy.api, api_names()));
  }
  if (!has_errors(found)) {
    for (const BoundStatement& bound : target.statements) {
      judge_each(bound, at_least_once, found);
    }
    judge_pace(target, found);
  }
  const bool usable = !has_errors(found);
  faults.insert(faults.end(), found.begin(), found.end());
  return usable ? std::optional(std::move(target)) : std::nullopt;
}

}  // namespace weir
