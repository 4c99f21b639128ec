// SPDX-License-Identifier: Apache-2.0
#include "core/record.h"
#include "expr/sql_node.h"
#include "expr/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Each example of a pipe, a variable or a function gives what its table says.

namespace weir {
namespace {

class ExampleScope final : public Scope {
 public:
  explicit ExampleScope(std::string_view record)
      : record_(parse_json(record).value_or(Value(Object{}))) {}
  const Value* find(std::string_view name) const override { return find_in_record(record_, name); }

 private:
  Value record_;
};

std::string made_of(const std::string& value, std::string_view record, std::string_view now) {
  const auto compiled = Template::compile(value);
  if (!compiled) {
    return compiled.error().message;
  }
  const ExampleScope scope(record);
  const auto made =
      compiled->evaluate({scope, TimeZone::find("Asia/Shanghai").value(), parse_utc(now).value()});
  return made ? to_json(*made) : made.error().message;
}

std::string promised(const WordMeaning& word) {
  const auto value = parse_json(word.gives);
  return value ? to_json(*value) : "no JSON: " + std::string(word.gives);
}

TEST(Meanings, PipesGiveWhatTheirExamplesSay) {
  for (const WordMeaning& word : pipe_meanings()) {
    ASSERT_TRUE(parse_json(word.of).has_value()) << word.of;
    EXPECT_EQ(made_of(std::string(word.example), word.of, "2026-01-05T01:31:00.000Z"),
              promised(word))
        << word.written;
  }
}

TEST(Meanings, VariablesOfTimeGiveWhatTheirExamplesSay) {
  for (const WordMeaning& word : TimeVariable::meanings()) {
    EXPECT_EQ(word.of, R"("2026-01-05 09:31:00")");
    EXPECT_EQ(made_of(std::string(word.example), "{}", "2026-01-05T01:31:00.000Z"), promised(word))
        << word.written;
  }
}

TEST(Meanings, FunctionsGiveWhatTheirExamplesSay) {
  for (const SqlFamily& family : sql_families()) {
    for (const WordMeaning& word : family.meanings) {
      ASSERT_TRUE(parse_json(word.of).has_value()) << word.of;
      EXPECT_EQ(
          made_of("_function " + std::string(word.example), word.of, "2026-01-05T01:31:07.000Z"),
          promised(word))
          << family.title << ": " << word.written;
    }
  }
}

}  // namespace
}  // namespace weir
