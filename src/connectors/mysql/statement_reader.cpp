// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/statement_reader.h"

#include "connectors/mysql/sql_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view insert_id_name = "lastInsertId";
constexpr std::string_view extension_values = "extend_params_";
constexpr std::string_view extension_sql = "extend_sql_";

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    names.push_back(field.field);
  }
  return names;
}

// The N of a name such as "extend_sql_N".
std::optional<unsigned> number_behind(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) {
    return std::nullopt;
  }
  unsigned number = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data() + prefix.size(), end, number);
  return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

class StatementReader {
 public:
  StatementReader(const Strategy& strategy, Faults& faults)
      : strategy_(strategy), faults_(faults) {}

  std::vector<BoundStatement> execute();
  std::vector<BoundStatement> batch_execute();

 private:
  void read_extensions(std::vector<BoundStatement>& statements);
  void read_values(BoundStatement& bound, const Field* field);
  void read_sql(BoundStatement& bound);
  bool find_sql(BoundStatement& bound);
  void parse(BoundStatement& bound);
  void match_names(BoundStatement& bound);
  void tell_unknown(const BoundStatement& bound, const std::string& name);
  bool ends_at_values(const BoundStatement& bound);
  void match_columns(const BoundStatement& bound);
  void warn_of_unused();

  const Strategy& strategy_;
  Faults& faults_;
};

std::vector<BoundStatement> StatementReader::execute() {
  std::vector<BoundStatement> statements(1);
  statements.front().values = "main_params";
  read_values(statements.front(), strategy_.find("main_params"));
  read_sql(statements.front());
  read_extensions(statements);
  warn_of_unused();
  if (!has_errors(faults_)) {
    for (BoundStatement& bound : statements) {
      match_names(bound);
    }
  }
  return statements;
}

void StatementReader::read_extensions(std::vector<BoundStatement>& statements) {
  std::map<unsigned, const Field*> numbers;  // with the place that names each
  for (const auto* list : {&strategy_.request, &strategy_.other_request}) {
    for (const Field& field : *list) {
      const auto values = number_behind(extension_values, field.field);
      const auto sql = number_behind(extension_sql, field.field);
      if (values || sql) {
        numbers.emplace(values ? *values : *sql, &field);
      }
    }
  }
  for (const auto& [number, named_by] : numbers) {
    BoundStatement bound;
    bound.key = fmt::format("{}{}", extension_sql, number);
    bound.values = fmt::format("{}{}", extension_values, number);
    const Field* values = strategy_.find(bound.values);
    if (values == nullptr || strategy_.find(bound.key) == nullptr) {
      add_error(faults_, named_by->at,
                fmt::format("there is no `{}` for this `{}`; add it, or leave both out",
                            values == nullptr ? bound.values : bound.key, named_by->field));
      continue;
    }
    read_values(bound, values);
    read_sql(bound);
    statements.push_back(std::move(bound));
  }
}

void StatementReader::read_values(BoundStatement& bound, const Field* field) {
  if (field == nullptr) {
    add_error(faults_, strategy_.place("request"),
              fmt::format("`{}` is missing in `request`: an object with the statement's parameters "
                          "as its children",
                          bound.values));
    return;
  }
  const bool is_main = bound.key == "main_sql";
  bound.each = !is_main && field->type == "array";
  if (!bound.each && !field->type.empty() && field->type != "object") {
    add_error(faults_, field->at,
              fmt::format("`{}` has type `{}`; it must be {}, with the statement's parameters as "
                          "its children",
                          bound.values, field->type,
                          is_main ? "an object" : "an array, which names a list, or an object"));
  }
  if (!is_main && field->children.empty()) {
    add_error(faults_, field->at,
              fmt::format("`{}` has no children; write one for each parameter of `{}`",
                          bound.values, bound.key));
  }
  bound.fields = &field->children;
  for (const Field& child : field->children) {
    const std::string* text = child.value ? child.value->value.text() : nullptr;
    if (child.value && child.value->secret) {
      bound.secrets.insert(child.field);
    } else if (!is_main && text != nullptr && *text == fmt::format(":{}", insert_id_name)) {
      bound.insert_ids.insert(child.field);
    }
  }
  if (!is_main && bound.field(insert_id_name) == nullptr) {
    bound.insert_ids.emplace(insert_id_name);
  }
}

bool StatementReader::find_sql(BoundStatement& bound) {
  const Field* field = strategy_.find(bound.key);
  const std::string* sql = field == nullptr || !field->value ? nullptr : field->value->value.text();
  if (sql == nullptr) {
    add_error(
        faults_, field == nullptr ? strategy_.place("otherRequest") : field->at,
        fmt::format("`{}` is missing in `otherRequest`: a statement {}, such as `{}`", bound.key,
                    bound.values.empty() ? "that ends at VALUES" : "with :name for each value",
                    bound.values.empty() ? "INSERT INTO t (id) VALUES"
                                         : "INSERT INTO t (id) VALUES (:id)"));
    return false;
  }
  bound.sql = *sql;
  bound.at = field->value->at.line > 0 ? field->value->at : field->at;
  return true;
}

void StatementReader::read_sql(BoundStatement& bound) {
  if (find_sql(bound)) {
    parse(bound);
  }
}

void StatementReader::parse(BoundStatement& bound) {
  auto statement = bound.parse();
  if (statement) {
    bound.statement = std::move(*statement);
  } else {
    add_error(faults_, bound.at, fmt::format("`{}`: {}", bound.key, statement.error().message));
  }
}

void StatementReader::match_names(BoundStatement& bound) {
  const std::vector<std::string>& used = bound.statement.parameters;
  std::set<std::string> told;
  for (const std::string& name : used) {
    const bool known = bound.field(name) != nullptr || bound.insert_ids.count(name) > 0;
    if (!known && told.insert(name).second) {
      tell_unknown(bound, name);
    }
  }
  for (const Field& child : *bound.fields) {
    if (std::find(used.begin(), used.end(), child.field) == used.end()) {
      const std::string near = nearest_name(child.field, used);
      add_warning(faults_, child.at,
                  fmt::format("`{}` never uses parameter `{}`{}", bound.key, child.field,
                              near.empty() ? "" : fmt::format(" (it has `:{}`)", near)));
    }
  }
}

void StatementReader::tell_unknown(const BoundStatement& bound, const std::string& name) {
  std::vector<std::string> known = names_of(*bound.fields);
  if (bound.key == "main_sql" && name == insert_id_name) {
    add_error(faults_, bound.at,
              "`main_sql` uses `:lastInsertId`, which is the id that it is itself given; only "
              "`extend_sql_1` and its kin can use it");
    return;
  }
  if (bound.key != "main_sql") {
    known.emplace_back(insert_id_name);
  }
  const std::string near = nearest_name(name, known);
  add_error(faults_, bound.at,
            fmt::format("`{}` uses `:{}`, but `{}` has no child of that name{}", bound.key, name,
                        bound.values,
                        near.empty() ? "; add it" : fmt::format("; did you mean `:{}`?", near)));
}

void StatementReader::warn_of_unused() {
  for (const Field& field : strategy_.request) {
    const bool used = field.field == "main_params" || field.field == "main_sql" ||
                      number_behind(extension_values, field.field) ||
                      number_behind(extension_sql, field.field);
    if (!used) {
      add_warning(
          faults_, field.at,
          fmt::format("`{}` is bound by no statement and has no effect; a parameter is a child of "
                      "`main_params`, or of `extend_params_1` and its kin{}",
                      field.field, suggestion(field.field, {"main_params", "extend_params_1"})));
    }
  }
}

std::vector<BoundStatement> StatementReader::batch_execute() {
  std::vector<BoundStatement> statements(1);
  BoundStatement& bound = statements.front();
  bound.fields = &strategy_.request;
  if (strategy_.request.empty()) {
    add_error(faults_, strategy_.place("request"),
              "`request` is empty; write a field for each column of `main_sql`, in their order");
  }
  if (const Field* limit = strategy_.find("limit")) {
    add_warning(faults_, limit->at,
                "`limit` has no effect: rows are written in batches of the connection's "
                "`batch_records`");
  }
  if (!find_sql(bound) || strategy_.request.empty() || !ends_at_values(bound)) {
    return statements;
  }
  std::string shown;
  std::string positional;
  for (const Field& field : strategy_.request) {
    positional += fmt::format("{}:p{}", positional.empty() ? "" : ", ", bound.names.size());
    shown += (shown.empty() ? ":" : ", :") + field.field;
    bound.names.push_back(field.field);
    if (field.value && field.value->secret) {
      bound.secrets.insert(field.field);
    }
  }
  bound.positional_sql = fmt::format("{} ({})", bound.sql, positional);
  bound.sql += fmt::format(" ({})", shown);
  parse(bound);
  match_columns(bound);
  return statements;
}

bool StatementReader::ends_at_values(const BoundStatement& bound) {
  SqlLexer lexer(bound.sql, true);
  std::string last;
  for (SqlToken token = lexer.next();
       token.kind != SqlTokenKind::end && token.kind != SqlTokenKind::unclosed;
       token = lexer.next()) {
    last = bound.sql.substr(token.offset, token.length);
    std::transform(last.begin(), last.end(), last.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  if (last != "VALUES" && last != "VALUE") {
    add_error(
        faults_, bound.at,
        fmt::format("`main_sql` of batchexecute must end at VALUES, and ends with `{}`; leave "
                    "out what stands behind, or write `api: execute` with `main_params`",
                    last));
    return false;
  }
  return true;
}

void StatementReader::match_columns(const BoundStatement& bound) {
  const std::vector<TargetColumn>& columns = bound.statement.columns;
  const std::size_t fields = bound.fields->size();
  if (columns.empty() || columns.size() == fields) {
    return;
  }
  std::vector<std::string> known = names_of(*bound.fields);
  std::string missing;
  for (const TargetColumn& column : columns) {
    if (std::find(known.begin(), known.end(), column.name) == known.end()) {
      missing += fmt::format("{}`{}`", missing.empty() ? "" : ", ", column.name);
    }
  }
  add_error(
      faults_, bound.at,
      fmt::format("`main_sql` names {} columns, but `request` has {} fields; they are matched "
                  "by their order, one for each{}",
                  columns.size(), fields,
                  missing.empty() ? "" : fmt::format(" (no field is called {})", missing)));
}

}  // namespace

std::vector<BoundStatement> read_execute(const Strategy& strategy, Faults& faults) {
  return StatementReader(strategy, faults).execute();
}

std::vector<BoundStatement> read_batch_execute(const Strategy& strategy, Faults& faults) {
  return StatementReader(strategy, faults).batch_execute();
}

}  // namespace weir
