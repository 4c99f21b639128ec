// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/target_check.h"

#include "connectors/mysql/column_fit.h"
#include "connectors/mysql/mark_table.h"
#include "connectors/mysql/parameter_table.h"
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
  TargetCheck(MysqlConnection& connection, const MysqlTarget& target, Faults& faults)
      : connection_(connection), target_(target), statement_(target.statement), faults_(faults) {}

  Result<bool> table();
  Result<void> engine();
  void columns();
  void values(const Object& sample);
  void left_out();
  Result<void> keys();
  Result<void> preparation();
  Result<void> mark();

 private:
  void fault(Severity severity, std::string message) {
    faults_.push_back({severity, target_.sql_at, std::move(message)});
  }
  const ColumnFacts* column(std::string_view name) const {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const ColumnFacts& each) {
      return same_name(each.name, name);
    });
    return found == columns_.end() ? nullptr : &*found;
  }

  MysqlConnection& connection_;
  const MysqlTarget& target_;
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
  fault(Severity::error, fmt::format("{}: table `{}` does not exist, or this user may not see it{}",
                                     connection_.place(), statement_.table,
                                     near.empty() ? "; create it, or correct `main_sql`"
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
                        near.empty() ? "; add it, or correct `main_sql`"
                                     : fmt::format("; did you mean `{}`?", near)));
    }
  }
}

void TargetCheck::values(const Object& sample) {
  for (const TargetColumn& each : statement_.columns) {
    const ColumnFacts* facts = column(each.name);
    const Field* field = each.parameter.empty() ? nullptr : target_.parameter(each.parameter);
    const auto value = std::find_if(sample.begin(), sample.end(), [&](const auto& member) {
      return member.first == each.parameter;
    });
    if (facts == nullptr || field == nullptr || value == sample.end()) {
      continue;
    }
    auto found = misfit(*facts, value->second);
    if (found) {
      // Without a value in the file it is NULL for every record, not for this one only.
      const bool always = value->second.is_null() && !field->value;
      const bool secret = target_.secrets.count(each.parameter) > 0;
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
                        "`main_sql` leaves it out; give it a value or a default",
                        facts.name, facts.full_type, statement_.table));
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
  fault(Severity::error, "`main_sql`: " + writer.error().message);
  return {};
}

Result<void> TargetCheck::mark() {
  auto usable = MarkTable::check(connection_);
  if (!usable && is_transient(usable.error().kind)) {
    return usable;
  }
  if (!usable) {
    fault(Severity::error, usable.error().message);
  }
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
  Faults found;
  TargetCheck check(connection, target, found);
  bool known = true;
  if (!target.statement.table.empty()) {
    WEIR_TRY(known, check.table());
  }
  if (known && !target.statement.table.empty()) {
    check.columns();
    check.left_out();
    WEIR_CHECK(check.keys());
    if (transactional) {
      WEIR_CHECK(check.engine());
    }
    const Object* parameters = sample ? parameters_of(*sample) : nullptr;
    if (parameters != nullptr) {
      check.values(*parameters);
    }
  }
  // What was found above is said there in better words.
  if (!has_errors(found)) {
    WEIR_CHECK(check.preparation());
  }
  if (transactional) {
    WEIR_CHECK(check.mark());
  }
  faults.insert(faults.end(), found.begin(), found.end());
  return {};
}

}  // namespace weir
