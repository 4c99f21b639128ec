// SPDX-License-Identifier: Apache-2.0
#include "transform/format_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

std::string fault_of(const std::string& format) {
  Faults faults;
  EXPECT_FALSE(compile_format({"a", "b", format, {"p.yaml", 7}}, faults)) << format;
  EXPECT_EQ(faults.size(), 1U);
  return faults.empty() ? "" : to_string(faults.front());
}

std::string formatted(const std::string& format, const Value& value) {
  Faults faults;
  const auto compiled = compile_format({"a", "b", format, {}}, faults);
  if (!compiled) {
    return "no such format";
  }
  const auto result = apply_format(*compiled, value, *TimeZone::find("Asia/Shanghai"));
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    return "rejected: " + result.error().message;
  }
  return to_json(*result);
}

std::string wall_time(const std::string& format, const Value& value) {
  Faults faults;
  auto compiled = compile_format({"a", "b", format, {}}, faults);
  compiled->wall_time = true;
  const auto result = apply_format(*compiled, value, *TimeZone::find("Asia/Shanghai"));
  return result ? to_json(*result) : "rejected: " + result.error().message;
}

Value a_number(const char* digits) { return Number{digits}; }

TEST(Formats, DigitsOfWallTimeAreNotMoved) {
  EXPECT_EQ(wall_time("datetime", "2026-01-05T23:31Z"), R"("2026-01-05 23:31:00")");
  EXPECT_EQ(wall_time("date", "2026-01-05T23:31:07Z"), R"("2026-01-05")");
  EXPECT_EQ(wall_time("time", "2026-01-05T23:31+00:00"), R"("23:31:00")");
  EXPECT_EQ(wall_time("datetime", "2026-01-05 23:31:07"), R"("2026-01-05 23:31:07")");
  EXPECT_EQ(wall_time("datetime", a_number("1767542400000")), R"("2026-01-05 00:00:00")");
  EXPECT_EQ(wall_time("datetime", ""), "null");
  EXPECT_THAT(wall_time("datetime", "soon"), HasSubstr("rejected"));
  EXPECT_EQ(wall_time("string", "2026-01-05T23:31Z"), R"("2026-01-05T23:31Z")");
}

TEST(Formats, DatesAreOfTheWorkspacesZone) {
  EXPECT_EQ(formatted("date", a_number("1767542400000")), R"("2026-01-05")");
  EXPECT_EQ(formatted("date", "1767542400000"), R"("2026-01-05")");
  EXPECT_EQ(formatted("date", a_number("1767542400")), R"("2026-01-05")");
  EXPECT_EQ(formatted("date", a_number("1.7675424E12")), R"("2026-01-05")");
  EXPECT_EQ(formatted("date", "2026-01-04T16:00Z"), R"("2026-01-05")");
  EXPECT_EQ(formatted("date", "2026-01-05 23:59"), R"("2026-01-05")");
  EXPECT_EQ(formatted("dateTime", a_number("1767576661000")), R"("2026-01-05 09:31:01")");
  EXPECT_EQ(formatted("DATETIME", "2026-01-05"), R"("2026-01-05 00:00:00")");
  EXPECT_EQ(formatted("time", a_number("1767576661000")), R"("09:31:01")");
}

TEST(Formats, ShortFormsLeaveOutYearAndSeconds) {
  EXPECT_EQ(formatted("shortDate", a_number("1767576661000")), R"("01-05")");
  EXPECT_EQ(formatted("shorttime", a_number("1767576661000")), R"("09:31")");
  EXPECT_EQ(formatted("SHORTDATETIME", "2026-01-04T16:05:59Z"), R"("01-05 00:05")");
  EXPECT_EQ(wall_time("shortDateTime", "2026-01-05T23:31Z"), R"("01-05 23:31")");
}

TEST(Formats, ADescriptionIsTheDayItselfWhichStaysTrueWhereItIsKept) {
  EXPECT_EQ(formatted("dateDescription", a_number("1767542400000")), R"("2026年1月5日")");
  Faults faults;
  EXPECT_TRUE(compile_format({"a", "b", "dateDescription", {"p.yaml", 7}}, faults));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(to_string(faults[0]), HasSubstr("p.yaml:7: warning: `dateDescription` writes"));
}

TEST(Formats, NothingStaysNothing) {
  for (const char* format : {"date", "time", "dateTime", "string", "round(2)", "intval", "amount",
                             "longText(3)", "implode(',')", "shortDate", "shortTime"}) {
    EXPECT_EQ(formatted(format, nullptr), "null") << format;
    EXPECT_EQ(formatted(format, ""), "null") << format;
  }
  EXPECT_EQ(formatted("date", "  "), "null");
  EXPECT_EQ(formatted("string", " "), R"(" ")");
}

TEST(Formats, AValueThatCannotBeConvertedIsRejectedWithItself) {
  EXPECT_THAT(formatted("date", "soon"), HasSubstr("rejected: `soon` is no point in time"));
  EXPECT_THAT(formatted("date", "2026-02-30"), HasSubstr("`2026-02-30`"));
  EXPECT_THAT(formatted("date", a_number("1.5")), HasSubstr("`1.5` is no point in time"));
  EXPECT_THAT(formatted("date", a_number("1e999999999")), HasSubstr("is no point in time"));
  EXPECT_THAT(formatted("date", true), HasSubstr("`true`"));
  EXPECT_THAT(formatted("date", List{Value("1767542400000")}), HasSubstr("is no point in time"));
  EXPECT_THAT(formatted("round(2)", "12,5"), HasSubstr("`12,5` is no number"));
  EXPECT_THAT(formatted("intval", a_number("1e999999999")), HasSubstr("is no number"));
}

TEST(Formats, TextKeepsDigits) {
  EXPECT_EQ(formatted("string", a_number("9007199254740993.10")), R"("9007199254740993.10")");
  EXPECT_EQ(formatted("string", true), R"("true")");
  EXPECT_EQ(formatted("string", List{Value("a")}), R"("[\"a\"]")");
  EXPECT_EQ(formatted("longText(3)", "收款单据"), R"("收款单…")");
  EXPECT_EQ(formatted("longText", "123456789012345"), R"("123456789012345")");
  EXPECT_EQ(formatted("longText", "1234567890123456"), R"("123456789012345…")");
  EXPECT_EQ(formatted("implode('、')", List{Value("a"), Value(a_number("1.0"))}), R"("a、1.0")");
  EXPECT_EQ(formatted("implode", "a"), R"("a")");
}

TEST(Formats, NumbersAreExact) {
  EXPECT_EQ(formatted("round", "1.005"), "1.01");
  EXPECT_EQ(formatted("round(0)", a_number("0.5")), "1");
  EXPECT_EQ(formatted("round(3)", a_number("7")), "7.000");
  EXPECT_EQ(formatted("intval", "-12.9"), "-12");
  EXPECT_EQ(formatted("intval", a_number("12345678901234567890.7")), "12345678901234567890");
  EXPECT_EQ(formatted("amount", a_number("1234567.5")), R"("￥1,234,567.50")");
  EXPECT_EQ(formatted("amount", "-123"), R"("￥-123.00")");
  EXPECT_EQ(formatted("amount", "-1234.567"), R"("￥-1,234.57")");
}

TEST(Formats, UnknownNamesAndArgumentsAreFaultsWithPlaceAndAdvice) {
  EXPECT_EQ(fault_of("dat"), "p.yaml:7: error: `dat` is no format; did you mean `date`?");
  EXPECT_EQ(fault_of("strng"), "p.yaml:7: error: `strng` is no format; did you mean `string`?");
  EXPECT_THAT(fault_of("banana"), HasSubstr("is no format; known are `"));
  EXPECT_THAT(fault_of("shortDat"), HasSubstr("did you mean `shortDate`?"));
  for (const char* format : {"round(x)", "round(2", "round(-1)", "round(101)", "date(y)"}) {
    EXPECT_THAT(fault_of(format), HasSubstr("does not fit")) << format;
  }
}

}  // namespace
}  // namespace weir
