// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decimal.h"
#include "expr/template.h"
#include "tests/support/private_mariadb.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// For tests: the same expressions, computed here and by a real server. Numbers must be equal by
// value, all else to the byte.

namespace weir::sql_differential {

inline constexpr std::int64_t fixed_moment = 1770654600;  // 2026-02-10 00:30 in Shanghai

struct NamedValue {
  std::string name;
  Value value;
  std::string sql;  // the same as the server writes it
};

inline const std::vector<NamedValue>& named_values() {
  static const std::vector<NamedValue> values = {
      {"n", Number{"128000.50"}, "128000.50"},
      {"qty", Number{"3"}, "3"},
      {"zero", Number{"0"}, "0"},
      {"minus", Number{"-2.5"}, "-2.5"},
      {"text", "O'Neil \"x\" \\ 100%", "'O\\'Neil \"x\" \\\\ 100%'"},
      {"chinese", "销售收款", "'销售收款'"},
      {"digits", "12.50", "'12.50'"},
      {"word", "abc", "'abc'"},
      {"empty", "", "''"},
      {"none", nullptr, "NULL"},
      {"flag", true, "TRUE"},
      {"day", "2026-01-31", "'2026-01-31'"},
      {"moment", "2026-01-05 09:31:07", "'2026-01-05 09:31:07'"},
      {"ms", Number{"1767576660000"}, "1767576660000"}};
  return values;
}

inline std::string for_server(std::string expression) {
  for (const NamedValue& each : named_values()) {
    const std::string placeholder = "{{" + each.name + "}}";
    for (std::size_t at = expression.find(placeholder); at != std::string::npos;
         at = expression.find(placeholder, at + each.sql.size())) {
      expression.replace(at, placeholder.size(), each.sql);
    }
  }
  return expression;
}

inline std::optional<std::string> computed(const std::string& expression) {
  const auto compiled = Template::compile("_function " + expression);
  if (!compiled) {
    return "refused: " + compiled.error().message;
  }
  Environment scope;
  for (const NamedValue& each : named_values()) {
    scope.set(each.name, each.value);
  }
  const auto value = compiled->evaluate({scope, TimeZone::find("Asia/Shanghai").value(),
                                         Timestamp(std::chrono::seconds(fixed_moment))});
  if (!value) {
    return "rejected: " + value.error().message;
  }
  return value->is_null() ? std::nullopt : std::optional(to_text(*value));
}

inline bool same_result(const std::optional<std::string>& left,
                        const std::optional<std::string>& right) {
  if (!left || !right || *left == *right) {
    return left == right;
  }
  const auto one = Decimal::parse(*left);
  const auto two = Decimal::parse(*right);
  return one && two && compare(*one, *two) == 0;
}

inline void expect_same(const std::vector<std::string>& expressions) {
  static testing::PrivateMariadb server({false, false, {"--default-time-zone=+08:00"}});
  for (const std::string& expression : expressions) {
    const auto rows = server.query(fmt::format("SET STATEMENT timestamp={} FOR SELECT {}",
                                               fixed_moment, for_server(expression)));
    ASSERT_EQ(rows.size(), 1U) << expression;
    const std::optional<std::string> ours = computed(expression);
    EXPECT_TRUE(same_result(ours, rows[0][0]))
        << expression << "\n  here:   " << ours.value_or("NULL")
        << "\n  server: " << rows[0][0].value_or("NULL");
  }
}

}  // namespace weir::sql_differential
