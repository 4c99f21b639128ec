// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/key_reader.h"

#include "core/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace weir {
namespace {

bool is_space_or_tab(char c) { return c == ' ' || c == '\t'; }

// What a value that is one placeholder and nothing else names; empty: it is something else.
std::string_view placeholder_name(std::string_view text) {
  text = trimmed(text, is_space_or_tab);
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"{{", "}}"},
                                    std::pair<std::string_view, std::string_view>{"{", "}"}}) {
    if (text.size() > 2 * open.size() && text.starts_with(open) && text.ends_with(close)) {
      const std::string_view name = trimmed(
          text.substr(open.size(), text.size() - open.size() - close.size()), is_space_or_tab);
      return name.find_first_of("{}|") == std::string_view::npos ? name : std::string_view();
    }
  }
  return {};
}

bool yields_id(const Field& field, std::string_view id) {
  const std::string* text = field.value ? field.value->value.text() : nullptr;
  if (text == nullptr || field.parser || !field.mapping.empty()) {
    return false;
  }
  const std::string_view name = placeholder_name(*text);
  return !name.empty() && (name == id || name == fmt::format("extend.{}", id));
}

std::string column_of_id(const MysqlTarget& target, std::string_view id) {
  for (const TargetColumn& column : target.main().statement.columns) {
    const Field* field = column.parameter.empty() ? nullptr : target.main().field(column.parameter);
    if (field != nullptr && yields_id(*field, id)) {
      return column.name;
    }
  }
  return {};
}

class MysqlKeyReader final : public KeyReader {
 public:
  MysqlKeyReader(std::unique_ptr<MysqlConnection> connection, KeyColumn column)
      : connection_(std::move(connection)), column_(std::move(column)) {}

  std::string place() const override {
    return fmt::format("table `{}`, column `{}`", column_.table, column_.column);
  }

  Result<void> visit(const std::function<void(std::string_view id)>& visitor) override {
    return connection_->stream(fmt::format("SELECT {} FROM {}", column(), table()), visitor);
  }

  Result<std::vector<std::string>> absent(std::span<const std::string> ids) override {
    std::vector<std::string> absent;
    for (std::size_t from = 0; from < ids.size(); from += ids_a_question) {
      const auto some = ids.subspan(from, std::min(ids_a_question, ids.size() - from));
      WEIR_TRY(const bool found, any(some));
      if (!found) {
        absent.insert(absent.end(), some.begin(), some.end());
        continue;
      }
      for (const std::string& id : some) {
        WEIR_TRY(const bool there, any({&id, 1}));
        if (!there) {
          absent.push_back(id);
        }
      }
    }
    return absent;
  }

 private:
  static constexpr std::size_t ids_a_question = 200;

  std::string column() const { return MysqlConnection::quote_name(column_.column); }
  std::string table() const {
    const std::string name = MysqlConnection::quote_name(column_.table);
    return column_.schema.empty() ? name : MysqlConnection::quote_name(column_.schema) + "." + name;
  }

  Result<bool> any(std::span<const std::string> ids) {
    std::string list;
    for (const std::string& id : ids) {
      list += (list.empty() ? "" : ", ") + connection_->quote(id);
    }
    WEIR_TRY(const auto rows,
             connection_->query(fmt::format("SELECT 1 FROM {} WHERE {} IN ({}) LIMIT 1", table(),
                                            column(), list)));
    return !rows.empty();
  }

  const std::unique_ptr<MysqlConnection> connection_;
  const KeyColumn column_;
};

}  // namespace

Result<KeyColumn> find_key_column(const Strategy& strategy, const MysqlTarget& target,
                                  std::string_view id) {
  const MysqlStatement& statement = target.main().statement;
  KeyColumn found{statement.schema, statement.table, strategy.key};
  if (!strategy.table.empty()) {
    const std::size_t dot = strategy.table.find('.');
    found.schema = dot == std::string::npos ? "" : strategy.table.substr(0, dot);
    found.table = dot == std::string::npos ? strategy.table : strategy.table.substr(dot + 1);
  }
  if (found.column.empty()) {
    found.column = column_of_id(target, id);
  }
  if (found.table.empty() || found.column.empty()) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`main_sql` does not say {}; name both in the pipeline: "
                            "`target: {{table: {}, key: COLUMN}}`",
                            found.table.empty()
                                ? std::string("which table holds the records")
                                : fmt::format("which column holds `{}` (no column of its INSERT is "
                                              "given a parameter that is nothing but {{{}}})",
                                              id, id),
                            found.table.empty() ? "TABLE" : found.table));
  }
  return found;
}

std::unique_ptr<KeyReader> make_key_reader(std::unique_ptr<MysqlConnection> connection,
                                           KeyColumn column) {
  return std::make_unique<MysqlKeyReader>(std::move(connection), std::move(column));
}

}  // namespace weir
