// SPDX-License-Identifier: Apache-2.0
#include "core/decimal.h"
#include "expr/template.h"
#include "tests/support/private_mariadb.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

// The same expressions, computed here and by a real server: numbers must be equal by value, all
// else to the byte.

namespace weir {
namespace {

constexpr std::int64_t fixed_moment = 1770654600;  // 2026-02-10 00:30 in Shanghai

struct NamedValue {
  std::string name;
  Value value;
  std::string sql;  // the same as the server writes it
};

const std::vector<NamedValue>& named_values() {
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

std::string for_server(std::string expression) {
  for (const NamedValue& each : named_values()) {
    const std::string placeholder = "{{" + each.name + "}}";
    for (std::size_t at = expression.find(placeholder); at != std::string::npos;
         at = expression.find(placeholder, at + each.sql.size())) {
      expression.replace(at, placeholder.size(), each.sql);
    }
  }
  return expression;
}

std::optional<std::string> computed(const std::string& expression) {
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

bool same_result(const std::optional<std::string>& left, const std::optional<std::string>& right) {
  if (!left || !right || *left == *right) {
    return left == right;
  }
  const auto one = Decimal::parse(*left);
  const auto two = Decimal::parse(*right);
  return one && two && compare(*one, *two) == 0;
}

void expect_same(const std::vector<std::string>& expressions) {
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

TEST(SqlDifferential, Arithmetic) {
  expect_same({"1 + 2 * 3",
               "(1 + 2) * 3",
               "-2 - -3",
               "1.50 + 2",
               "0.1 + 0.2",
               "10 / 4",
               "2 / 3",
               "1.5 / 7",
               "128000.50 / 3",
               "2 / 3 * 3",
               "1 / 3 * 3",
               "1.00 / 3 * 3",
               "22 / 7 / 3",
               "1 / 0",
               "0 / 5",
               "5 % 3",
               "-5 % 3",
               "5.5 % 2",
               "5 MOD 3",
               "5 DIV 2",
               "-5 DIV 2",
               "5.9 DIV 2",
               "MOD(7, 0)",
               "MOD(-7.5, 2)",
               "1.23 * 4.567",
               "- (1 + 1)",
               "+5",
               "2 - 3",
               "12345678901234567890 * 98765432109876543210.5",
               "0.000001 * 0.000001",
               "{{n}} * 0.13",
               "{{n}} / {{qty}}",
               "{{qty}} / {{zero}}",
               "{{minus}} * -1",
               "{{none}} + 1",
               "({{ms}} - 3600 * 24) / 1000",
               "{{flag}} + 1"});
}

TEST(SqlDifferential, ShowsAsManyDigits) {
  expect_same({"CONCAT(10 / 4)", "CONCAT(2 / 3)", "CONCAT(1.50 + 2)", "CONCAT(1.5 * 2.50)",
               "CONCAT(1.00 / 3 * 3)", "CONCAT(ROUND(1.005, 2))", "CONCAT(ROUND(1.5, 3))",
               "CONCAT(ROUND(5, 2))", "CONCAT(ROUND(1234.5, -2))", "CONCAT(FLOOR(1.5))",
               "CONCAT({{n}} * 0.13)", "CONCAT({{n}} / 3)", "CONCAT(-0.00)", "CONCAT(5.50 % 2)",
               "CONCAT(1/3 + 1/3 + 1/3)", "CONCAT(AVG(7.5))", "CONCAT(SUM(7.5))"});
}

TEST(SqlDifferential, TextAsNumber) {
  expect_same({"'5' + 1", "'1.5' * 2", "'12abc' + 0", "'abc' + 0", "' 7' + 0", "'1e3' + 0",
               "'' + 0", "{{digits}} + 1", "{{digits}} * 2", "{{digits}} / 5", "'.5' + 0",
               "'-3' - 1", "{{word}} + 1", "'10' = 10", "'10' = 10.0", "'abc' = 0", "'1a' > 0"});
}

TEST(SqlDifferential, Comparison) {
  expect_same({"1 = 1",
               "1 = 2",
               "1 <> 2",
               "1 != 1",
               "2 > 1",
               "2 >= 2",
               "1 < 1",
               "1 <= 1",
               "1.0 = 1",
               "'a' = 'A'",
               "'a' = 'a '",
               "'a' < 'b'",
               "'B' > 'a'",
               "'10' < '9'",
               "'_' > 'a'",
               "NULL = NULL",
               "NULL <=> NULL",
               "1 <=> NULL",
               "1 = NULL",
               "1 < 2 < 3",
               "3 > 2 > 1",
               "{{chinese}} = '销售收款'",
               "{{none}} = 1",
               "{{empty}} = ''",
               "{{day}} > '2026-01-30'",
               "NOW() > '2026-02-09'",
               "CURDATE() = '2026-02-10'",
               "'a' = 'á b'",
               "2 BETWEEN 1 AND 3",
               "4 BETWEEN 1 AND 3",
               "2 NOT BETWEEN 1 AND 3",
               "NULL BETWEEN 1 AND 3",
               "2 BETWEEN NULL AND 1",
               "2 BETWEEN NULL AND 3",
               "1 IN (1, 2)",
               "3 IN (1, 2)",
               "3 IN (1, NULL)",
               "1 IN (1, NULL)",
               "NULL IN (1)",
               "3 NOT IN (1, 2)",
               "'A' IN ('a', 'b')",
               "1 IS NULL",
               "NULL IS NULL",
               "1 IS NOT NULL",
               "NULL IS NOT NULL",
               "1 + 1 IS NULL",
               "1 = 1 IS NULL"});
}

TEST(SqlDifferential, Like) {
  expect_same({"'abc' LIKE 'a%'",
               "'abc' LIKE 'A_C'",
               "'abc' LIKE 'b'",
               "'abc' NOT LIKE '%b%'",
               "'a%c' LIKE 'a\\%c'",
               "'abc' LIKE 'a\\%c'",
               "'a_c' LIKE 'a\\_c'",
               "'abc' LIKE 'a\\_c'",
               "'销售收款' LIKE '销售%'",
               "'销售收款' LIKE '销_收款'",
               "'销售收款' LIKE '__'",
               "'' LIKE '%'",
               "'' LIKE '_'",
               "'aaab' LIKE '%aab'",
               "'mississippi' LIKE '%iss%ip%'",
               "NULL LIKE 'a'",
               "123 LIKE '12%'",
               "'a' LIKE 'a '",
               "{{text}} LIKE 'o\\'neil%'",
               "'ab' LIKE '%%%b'"});
}

TEST(SqlDifferential, Logic) {
  expect_same({"1 AND 1",
               "1 AND 0",
               "NULL AND 0",
               "NULL AND 1",
               "0 OR 1",
               "NULL OR 1",
               "NULL OR 0",
               "NOT 0",
               "NOT 5",
               "NOT NULL",
               "!1",
               "! 0 + 1",
               "NOT 1 = 2",
               "1 && 0",
               "0 || 1",
               "1 OR 1 AND 0",
               "(1 OR 1) AND 0",
               "NOT 1 OR 1",
               "'a' AND 1",
               "'1' AND 0.5",
               "NOT NOT 3",
               "1 = 2 OR 2 = 2 AND 3 = 3",
               "NOT 5 IN (1, 5)"});
}

TEST(SqlDifferential, Control) {
  expect_same({"IF(1, 'a', 'b')",
               "IF(0, 'a', 'b')",
               "IF(NULL, 'a', 'b')",
               "IF({{n}} > 100, '大', '小')",
               "IFNULL(NULL, 'x')",
               "IFNULL(1, 2)",
               "COALESCE(NULL, NULL, 3)",
               "COALESCE(NULL, NULL)",
               "NULLIF(1, 1)",
               "NULLIF(1, 2)",
               "NULLIF('a', 'A')",
               "NULLIF(NULL, 1)",
               "NULLIF(1, NULL)",
               "CASE WHEN 1 = 2 THEN 'a' WHEN 2 = 2 THEN 'b' ELSE 'c' END",
               "CASE WHEN 0 THEN 1 END",
               "case {{qty}} when 1 then 'one' when 3 then 'three' else 'many' end",
               "CASE 'b' WHEN 'a' THEN 1 WHEN 'B' THEN 2 END",
               "CASE NULL WHEN NULL THEN 1 ELSE 2 END",
               "CASE WHEN {{chinese}} LIKE '%销售%' THEN 1 ELSE 0 END",
               "IF({{none}} IS NULL, 'none', {{none}})",
               "CASE 1 WHEN 1 THEN CASE 2 WHEN 2 THEN 'x' END END",
               "CASE {{digits}} WHEN 12.5 THEN 'same' ELSE 'other' END"});
}

TEST(SqlDifferential, Text) {
  expect_same({"CONCAT('a', 1, 'b')",
               "CONCAT('a', NULL)",
               "CONCAT({{chinese}}, '-', {{qty}})",
               "CONCAT_WS('-', 'a', NULL, 'b')",
               "CONCAT_WS(NULL, 'a')",
               "CONCAT_WS('-', NULL, 'b')",
               "LEFT('销售收款', 2)",
               "LEFT('ab', 5)",
               "LEFT('ab', -1)",
               "LEFT('ab', 0)",
               "RIGHT('销售收款', 2)",
               "RIGHT('ab', 5)",
               "RIGHT('ab', 0)",
               "SUBSTRING('abcdef', 2)",
               "SUBSTRING('abcdef', 2, 3)",
               "SUBSTRING('abcdef', -3, 2)",
               "SUBSTRING('abcdef', 0, 2)",
               "SUBSTRING('abc', 5)",
               "SUBSTRING('abc', -5)",
               "SUBSTR('销售收款', 3, 1)",
               "MID('abcdef', 2, 2)",
               "SUBSTRING('abc', 2, 0)",
               "SUBSTRING('abc', 2, -1)",
               "LOCATE('b', 'abcb')",
               "LOCATE('B', 'abcb')",
               "LOCATE('b', 'abcb', 3)",
               "LOCATE('x', 'abc')",
               "LOCATE('', 'abc')",
               "LOCATE('收', '销售收款')",
               "LOCATE('b', 'abc', 0)",
               "LOCATE('', 'a', 5)",
               "INSTR('abc', 'C')",
               "REPLACE('aXbX', 'X', '--')",
               "REPLACE('aXbx', 'x', '')",
               "REPLACE('abc', '', 'x')",
               "REPLACE({{text}}, '\\'', '’')",
               "LENGTH('销售')",
               "LENGTH('')",
               "CHAR_LENGTH('销售')",
               "CHARACTER_LENGTH('ab')",
               "LENGTH(12.50)",
               "UPPER('aBc')",
               "LOWER('aBc')",
               "UCASE('销a')",
               "LCASE('销A')",
               "TRIM('  a b  ')",
               "LTRIM('  a ')",
               "RTRIM(' a  ')",
               "'it''s'",
               "\"a\"\"b\"",
               "'a\\nb'",
               "'a\\\\b'",
               "'a\\'b'",
               "'\\%'",
               "UPPER(NULL)",
               "LEFT('abc', 1.5)",
               "LEFT('abc', '2')",
               "{{text}}",
               "TRIM({{text}})",
               "REPLACE('aaa', 'a', 'aa')"});
}

TEST(SqlDifferential, Rounding) {
  expect_same({"ROUND(2.5)",
               "ROUND(-2.5)",
               "ROUND(1.005, 2)",
               "ROUND(128000.505, 2)",
               "ROUND(1234.5, -2)",
               "ROUND(1250, -2)",
               "ROUND(5, 2)",
               "ROUND(0.5)",
               "ROUND(-0.4)",
               "ROUND(1.999, 2)",
               "ROUND({{n}} / 3, 2)",
               "ROUND(NULL)",
               "CEIL(1.2)",
               "CEIL(-1.2)",
               "CEIL(3)",
               "CEILING(0.0001)",
               "FLOOR(1.8)",
               "FLOOR(-1.2)",
               "FLOOR(-3)",
               "ABS(-2.50)",
               "ABS(3)",
               "ABS(NULL)",
               "ROUND(2 / 3, 10)",
               "FLOOR({{n}} / 100)",
               "CEIL('1.2')",
               "ROUND('1.26', 1)",
               "ABS('-3')",
               "ROUND(99.995, 2)",
               "ROUND(1, -3)"});
}

TEST(SqlDifferential, Times) {
  expect_same({"NOW()",
               "CURDATE()",
               "CURRENT_TIMESTAMP",
               "CURRENT_DATE()",
               "DATE(NOW())",
               "DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s')",
               "DATE_FORMAT({{moment}}, '%y/%c/%e %k:%i %p')",
               "DATE_FORMAT({{day}}, '%W %w %a %M %b %D %j %d')",
               "DATE_FORMAT({{moment}}, '%h %I %l %r %T')",
               "DATE_FORMAT({{moment}}, '%q%%%z')",
               "DATE_FORMAT('soon', '%Y')",
               "DATE_FORMAT(20260105, '%Y-%m-%d')",
               "DATE_FORMAT(NULL, '%Y')",
               "DATE_ADD({{day}}, INTERVAL 1 DAY)",
               "DATE_ADD({{day}}, INTERVAL 1 MONTH)",
               "DATE_SUB({{day}}, INTERVAL 3 MONTH)",
               "DATE_SUB('2028-02-29', INTERVAL 1 YEAR)",
               "DATE_ADD({{moment}}, INTERVAL 2 HOUR)",
               "DATE_ADD({{day}}, INTERVAL 90 MINUTE)",
               "DATE_ADD({{moment}}, INTERVAL -10 SECOND)",
               "DATE_ADD({{day}}, INTERVAL 1 WEEK)",
               "DATE_ADD({{day}}, INTERVAL 1 QUARTER)",
               "DATE_ADD({{day}}, INTERVAL 1.5 DAY)",
               "DATE_ADD({{day}}, INTERVAL {{qty}} DAY)",
               "DATE_ADD('soon', INTERVAL 1 DAY)",
               "{{day}} + INTERVAL 1 DAY",
               "NOW() - INTERVAL 1 MONTH",
               "ADDDATE({{day}}, 5)",
               "SUBDATE({{day}}, INTERVAL 5 DAY)",
               "DATE_ADD('9999-12-31', INTERVAL 1 DAY)",
               "LAST_DAY('2026-02-03')",
               "LAST_DAY('2028-02-03')",
               "LAST_DAY(NOW())",
               "LAST_DAY('soon')",
               "DAY({{day}})",
               "DAYOFMONTH({{day}})",
               "MONTH({{day}})",
               "YEAR({{day}})",
               "HOUR({{moment}})",
               "MINUTE({{moment}})",
               "SECOND({{moment}})",
               "DAY('soon')",
               "DATEDIFF('2026-02-01', {{day}})",
               "DATEDIFF({{moment}}, NOW())",
               "FROM_UNIXTIME(1767576660)",
               "FROM_UNIXTIME({{ms}} / 1000)",
               "FROM_UNIXTIME(1767576660, '%Y-%m-%d')",
               "FROM_UNIXTIME(NULL)",
               "UNIX_TIMESTAMP()",
               "UNIX_TIMESTAMP({{moment}})",
               "UNIX_TIMESTAMP({{day}})",
               "UNIX_TIMESTAMP(NOW()) * 1000",
               "UNIX_TIMESTAMP('soon')",
               "DATE({{moment}})",
               "DATE('2026/1/5')",
               "NOW() + 0",
               "CURDATE() + 0",
               "CONCAT(CURDATE(), '')",
               "DATE_FORMAT(DATE_SUB(CURDATE(), INTERVAL 1 DAY), '%Y%m%d')",
               "IF({{day}} < CURDATE(), 'past', 'open')",
               "LEFT(NOW(), 10)",
               "DATE_SUB(CURDATE(), INTERVAL DAY(CURDATE()) - 1 DAY)"});
}

TEST(SqlDifferential, TextWithPlaceholdersInIt) {
  // The server is given what stands there in the end.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"'{{word}}'", "'abc'"},
      {"CONCAT('<{{text}}>', 'b')", "CONCAT('<O\\'Neil \"x\" \\\\ 100%>', 'b')"},
      {"'a{{none}}b'", "'ab'"},
      {"'{{qty}}' + 1", "'3' + 1"},
      {"LENGTH('{{chinese}}')", "LENGTH('销售收款')"},
      {"case '{{chinese}}' when '销售收款' then 1 else 2 end", "1"}};
  for (const auto& [expression, sql] : cases) {
    EXPECT_EQ(computed(expression), testing::shared_mariadb().value("SELECT " + sql)) << expression;
  }
}

}  // namespace
}  // namespace weir
