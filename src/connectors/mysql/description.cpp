// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/description.h"

#include <fmt/format.h>

namespace weir {
namespace {

void append_values(const BoundStatement& bound, const Object& values, std::string& text) {
  for (const auto& [name, value] : values) {
    const std::string shown = bound.insert_ids.count(name) > 0 ? "(the id given by main_sql)"
                              : bound.secrets.count(name) > 0  ? "(secret)"
                              : value.is_null()                ? "NULL"
                                                               : to_json(value);
    text += fmt::format("\n  :{} = {}", name, shown);
  }
}

void append_statement(const BoundStatement& bound, const Value& request, std::string& text) {
  const auto rows = bound.rows_of(request);
  if (!rows) {
    return;
  }
  text += (text.empty() ? "" : "\n") + bound.sql;
  if (rows->empty()) {
    text += fmt::format("\n  (`{}` is empty: not executed)", bound.values);
  }
  for (std::size_t i = 0; i < rows->size(); ++i) {
    if (bound.each) {
      text += fmt::format("\n element {} of {}", i + 1, rows->size());
    }
    append_values(bound, *(*rows)[i], text);
  }
}

}  // namespace

std::string describe_record(const MysqlTarget& target, const OutgoingRecord& record) {
  const std::size_t rows = record.rows.size();
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    if (rows > 1) {
      text += fmt::format("{}row {} of {}", text.empty() ? "" : "\n", i + 1, rows);
    }
    const Value request = record.rows.tree(i);
    for (const BoundStatement& bound : target.statements) {
      append_statement(bound, request, text);
    }
  }
  return text;
}

}  // namespace weir
