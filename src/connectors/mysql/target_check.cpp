// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/target_check.h"

#include "connectors/mysql/column_fit.h"
#include "connectors/mysql/mark_table.h"
#include "connectors/mysql/row_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// "TABLE_SCHEMA = … AND TABLE_NAME = …" for information_schema.
std::string where_table(const MysqlConnection& connection, const MysqlStatement& statement) {
  return fmt::format("TABLE_SCHEMA = {} AND TABLE_NAME = {}",
                     statement.schema.empty() ? "DATABASE()" : connection.quote(statement.schema),
                     connection.quote(statement.table));
}

template <typename T>
std::optional<T> number_of(const std::optional<std::string>& text) {
  T number{};
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc()) {
    return std::nullopt;
  }
  return number;
}

class TargetCheck {
 public:
  TargetCheck(MysqlConnection& connection, const BoundStatement& bound, Faults& faults)
      : connection_(connection), bound_(bound), statement_(bound.statement), faults_(faults) {}

  Result<bool> table();
  Result<void> engine();
  void columns();
  void values(const Object& sample);
  void left_out();
  Result<void> keys();
  void insert_id();
  Result<void> preparation();

 private:
  void fault(Severity severity, std::string message) {
    faults_.push_back({severity, bound_.at, std::move(message)});
  }
  const ColumnFacts* column(std::string_view name) const {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const ColumnFacts& each) {
      return same_name(each.name, name);
    });
    return found == columns_.end() ? nullptr : &*found;
  }

  MysqlConnection& connection_;
  const BoundStatement& bound_;
  const MysqlStatement& statement_;
  Faults& faults_;
  std::vector<ColumnFacts> columns_;
};

// False: the table is not there, or not to be seen.
Result<bool> TargetCheck::table() {
  WEIR_TRY(const auto rows,
           connection_.query(
               "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, "
               "CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE "
               "FROM information_schema.COLUMNS WHERE " +
               where_table(connection_, statement_) + " ORDER BY ORDINAL_POSITION"));
  for (const SqlRow& row : rows) {
    ColumnFacts facts;
    facts.name = row[0].value_or("");
    facts.type = row[1].value_or("");
    facts.full_type = row[2].value_or("");
    facts.nullable = row[3] == "YES";
    const std::string extra = row[5].value_or("");
    facts.fills_itself = row[4].has_value() || extra.find("auto_increment") != std::string::npos ||
                         extra.find("GENERATED") != std::string::npos;
    facts.is_auto_increment = extra.find("auto_increment") != std::string::npos;
    facts.length = number_of<std::uint64_t>(row[6]);
    facts.precision = number_of<int>(row[7]);
    facts.scale = number_of<int>(row[8]);
    columns_.push_back(std::move(facts));
  }
  if (!columns_.empty()) {
    return true;
  }
  WEIR_TRY(const auto tables,
           connection_.query(
               "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = " +
               (statement_.schema.empty() ? "DATABASE()" : connection_.quote(statement_.schema))));
  std::vector<std::string> names;
  for (const SqlRow& row : tables) {
    names.push_back(row[0].value_or(""));
  }
  const std::string near = nearest_name(statement_.table, names);
  fault(Severity::error,
        fmt::format("{}: table `{}` does not exist, or this user may not see it{}",
                    connection_.place(), statement_.table,
                    near.empty() ? fmt::format("; create it, or correct `{}`", bound_.key)
                                 : fmt::format("; did you mean `{}`?", near)));
  return false;
}

Result<void> TargetCheck::engine() {
  WEIR_TRY(const std::string engine, engine_without_rollback(connection_, statement_));
  if (!engine.empty()) {
    fault(Severity::error, cannot_roll_back(statement_, engine));
  }
  return {};
}

void TargetCheck::columns() {
  std::vector<std::string> names;
  for (const ColumnFacts& each : columns_) {
    names.push_back(each.name);
  }
  for (const TargetColumn& each : statement_.columns) {
    if (column(each.name) == nullptr) {
      const std::string near = nearest_name(each.name, names);
      fault(Severity::error,
            fmt::format("table `{}` has no column `{}`{}", statement_.table, each.name,
                        near.empty() ? fmt::format("; add it, or correct `{}`", bound_.key)
                                     : fmt::format("; did you mean `{}`?", near)));
    }
  }
}

void TargetCheck::values(const Object& sample) {
  for (const TargetColumn& each : statement_.columns) {
    const ColumnFacts* facts = column(each.name);
    const Field* field = each.parameter.empty() ? nullptr : bound_.field(each.parameter);
    const auto value = std::find_if(sample.begin(), sample.end(), [&](const auto& member) {
      return member.first == each.parameter;
    });
    const bool made_there = bound_.insert_ids.count(each.parameter) > 0;
    if (facts == nullptr || field == nullptr || value == sample.end() || made_there) {
      continue;
    }
    auto found = misfit(*facts, value->second);
    if (found) {
      // Without a value in the file it is NULL for every record, not for this one only.
      const bool always = value->second.is_null() && !field->value;
      const bool secret = bound_.secrets.count(each.parameter) > 0;
      faults_.push_back(
          {always ? Severity::error : found->severity, field->at,
           fmt::format("parameter `{}` does not fit column `{}` ({}): {}", each.parameter,
                       each.name, facts->full_type, secret ? "its value is secret" : found->what)});
    }
  }
}

void TargetCheck::left_out() {
  const bool inserts =
      statement_.verb == StatementVerb::insert || statement_.verb == StatementVerb::replace;
  if (!inserts || statement_.columns.empty()) {
    return;
  }
  for (const ColumnFacts& facts : columns_) {
    const bool given =
        std::any_of(statement_.columns.begin(), statement_.columns.end(),
                    [&](const TargetColumn& each) { return same_name(each.name, facts.name); });
    if (!given && !facts.nullable && !facts.fills_itself) {
      fault(Severity::error,
            fmt::format("column `{}` ({}) of table `{}` is NOT NULL and has no default, but "
                        "`{}` leaves it out; give it a value or a default",
                        facts.name, facts.full_type, statement_.table, bound_.key));
    }
  }
}

Result<void> TargetCheck::keys() {
  const bool replaces = statement_.verb == StatementVerb::replace;
  if (!statement_.updates_on_duplicate && !replaces) {
    return {};
  }
  WEIR_TRY(const auto rows,
           connection_.query("SELECT COUNT(*) FROM information_schema.STATISTICS WHERE "
                             "NON_UNIQUE = 0 AND " +
                             where_table(connection_, statement_)));
  if (!rows.empty() && rows[0][0] == "0") {
    fault(Severity::warning,
          fmt::format("table `{}` has no unique key, so {} never finds a row to replace: every "
                      "delivery adds one; add a key on the record's id",
                      statement_.table, replaces ? "REPLACE" : "ON DUPLICATE KEY UPDATE"));
  }
  return {};
}

// The server's own judgement: names, syntax, number of values, rights.
Result<void> TargetCheck::preparation() {
  auto writer = make_row_writer(connection_, statement_, BulkMode::single);
  if (writer) {
    return {};
  }
  if (is_transient(writer.error().kind)) {
    return tl::unexpected(std::move(writer).error());
  }
  fault(Severity::error, fmt::format("`{}`: {}", bound_.key, writer.error().message));
  return {};
}

// `:lastInsertId` needs a column that makes the id.
void TargetCheck::insert_id() {
  const bool inserts =
      statement_.verb == StatementVerb::insert || statement_.verb == StatementVerb::replace;
  const bool makes_one =
      std::any_of(columns_.begin(), columns_.end(),
                  [](const ColumnFacts& facts) { return facts.is_auto_increment; });
  if (!inserts || !makes_one) {
    fault(
        Severity::error,
        fmt::format("an extension uses `:lastInsertId`, but `main_sql` {}",
                    inserts ? fmt::format("adds to table `{}`, which has no AUTO_INCREMENT column",
                                          statement_.table)
                            : std::string("is no INSERT or REPLACE, so no id is given")));
  }
}

Result<void> check_mark(MysqlConnection& connection, const MysqlTarget& target, Faults& faults) {
  auto usable = MarkTable::check(connection);
  if (!usable && is_transient(usable.error().kind)) {
    return usable;
  }
  if (!usable) {
    add_error(faults, target.main().at, usable.error().message);
  }
  return {};
}

struct CheckOrder {
  bool transactional = true;
  bool gives_insert_id = false;
};

Result<void> check_statement(MysqlConnection& connection, const BoundStatement& bound,
                             const CheckOrder& order, const std::optional<Value>& sample,
                             Faults& faults) {
  Faults found;
  TargetCheck check(connection, bound, found);
  const bool has_table = !bound.statement.table.empty();
  bool known = true;
  if (has_table) {
    WEIR_TRY(known, check.table());
  }
  if (known && has_table) {
    check.columns();
    check.left_out();
    WEIR_CHECK(check.keys());
    if (order.transactional) {
      WEIR_CHECK(check.engine());
    }
    if (order.gives_insert_id) {
      check.insert_id();
    }
    const auto rows = sample ? bound.rows_of(*sample) : Result<std::vector<const Object*>>();
    if (rows && !rows->empty()) {
      check.values(*rows->front());
    }
  }
  // What was found above is said there in better words.
  if (!has_errors(found)) {
    WEIR_CHECK(check.preparation());
  }
  faults.insert(faults.end(), found.begin(), found.end());
  return {};
}

}  // namespace

Result<std::string> engine_without_rollback(MysqlConnection& connection,
                                            const MysqlStatement& statement) {
  if (statement.table.empty()) {
    return std::string();
  }
  WEIR_TRY(const auto rows,
           connection.query("SELECT t.ENGINE FROM information_schema.TABLES t JOIN "
                            "information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE "
                            "COALESCE(e.TRANSACTIONS, 'NO') <> 'YES' AND " +
                            where_table(connection, statement)));
  return rows.empty() ? std::string() : rows[0][0].value_or("");
}

std::string cannot_roll_back(const MysqlStatement& statement, const std::string& engine) {
  return fmt::format(
      "table `{}` has engine {}, which cannot roll back, so a record could be "
      "delivered twice after a crash; ALTER TABLE `{}` ENGINE=InnoDB, or accept "
      "that with `delivery: at_least_once`",
      statement.table, engine, statement.table);
}

Result<void> check_mysql_target(MysqlConnection& connection, const MysqlTarget& target,
                                bool transactional, const std::optional<Value>& sample,
                                Faults& faults) {
  for (const BoundStatement& bound : target.statements) {
    const bool gives_insert_id = &bound == &target.main() && target.needs_insert_id();
    WEIR_CHECK(
        check_statement(connection, bound, {transactional, gives_insert_id}, sample, faults));
  }
  return transactional ? check_mark(connection, target, faults) : Result<void>{};
}

}  // namespace weir
