// SPDX-License-Identifier: Apache-2.0
#include "spec/omission_remedy.h"

#include "spec/strategy_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

class NoRemedyReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

struct RemedyReading {
  Strategy strategy;
  std::vector<std::string> faults;
};

RemedyReading read_remedied(const std::string& rest, bool is_source = true) {
  Faults faults;
  const Node node =
      read_document("connection: c\napi: a\n" + rest, "p.yaml", NoRemedyReferences(), faults);
  RemedyReading reading;
  reading.strategy = read_strategy(node, is_source, faults);
  for (const Fault& fault : faults) {
    reading.faults.push_back(to_string(fault));
  }
  return reading;
}

// "a:int=1 b{…}", with ! behind what was replaced and + behind what was added.
std::string taken_over(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    text += fmt::format("{}{}{}{}{}{}", text.empty() ? "" : " ", field.field,
                        field.type.empty() ? "" : ":" + field.type,
                        field.value ? "=" + to_json(field.value->value) : "",
                        field.children.empty() ? "" : "{" + taken_over(field.children) + "}",
                        field.taken_over == TakenOver::no         ? ""
                        : field.taken_over == TakenOver::replaced ? "!"
                                                                  : "+");
  }
  return text;
}

TEST(OmissionRemedy, ItsFieldsReplaceThoseOfTheSameNamesAndTheRestStays) {
  const RemedyReading reading = read_remedied(
      "request:\n"
      "  - {field: since, type: int, value: \"{{LAST_SYNC_TIME}}\"}\n"
      "  - {field: kind, value: sale}\n"
      "  - {field: search, type: object, children: [{field: a, value: x}, {field: b}]}\n"
      "otherRequest: {Limit: \"100\"}\n"
      "omissionRemedy:\n"
      "  crontab: 10 3 * * *\n"
      "  takeOverRequest:\n"
      "    - {field: since, value: \"{{DAYS_AGO_2}}\"}\n"
      "    - {field: search, type: string, value: all}\n"
      "    - {field: Limit, value: \"20\"}\n"
      "    - {field: until, value: \"{{DAYS_AGO_1|datetime}}\"}\n");
  EXPECT_THAT(reading.faults, testing::IsEmpty());
  ASSERT_TRUE(reading.strategy.omission_remedy);
  const OmissionRemedy& remedy = *reading.strategy.omission_remedy;
  ASSERT_TRUE(remedy.crontab);
  EXPECT_EQ(remedy.crontab->text, "10 3 * * *");
  EXPECT_EQ(remedy.crontab->at.line, 9);
  const Strategy made = remedy_strategy(reading.strategy, remedy);
  EXPECT_EQ(taken_over(made.request),
            R"(since:int="{{DAYS_AGO_2}}"! kind="sale" search:string="all"! )"
            R"(until="{{DAYS_AGO_1|datetime}}"+)");
  EXPECT_EQ(taken_over(made.other_request), R"(Limit="20"!)");
  EXPECT_EQ(taken_over(reading.strategy.request),
            R"(since:int="{{LAST_SYNC_TIME}}" kind="sale" search:object{a="x" b})");
}

TEST(OmissionRemedy, WhatAsksForNothingIsNone) {
  for (const char* empty :
       {"null", "{}", "[]", "{crontab: \"\", takeOverRequest: []}", "{takeOverRequest: {}}"}) {
    const RemedyReading reading = read_remedied(fmt::format("omissionRemedy: {}\n", empty));
    EXPECT_FALSE(reading.strategy.omission_remedy) << empty;
    EXPECT_THAT(reading.faults, testing::IsEmpty()) << empty;
  }
}

TEST(OmissionRemedy, WhatItCannotDoIsSaidWithItsLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"omissionRemedy: daily\n", "p.yaml:3: error: `omissionRemedy` must be a mapping"},
      {"omissionRemedy:\n  crontab: \"1 1 * * *\"\n",
       "warning: `omissionRemedy` has no "
       "`takeOverRequest`"},
      {"omissionRemedy:\n  takeOverRequest: {a: b}\n",
       "warning: `omissionRemedy` has no `crontab`, so it runs only by `weir run --remedy`"},
      {"omissionRemedy:\n  crontab: \"1 1 * * *\"\n  takeOverRequests: {a: b}\n",
       "p.yaml:5: warning: `takeOverRequests` is not known in `omissionRemedy` and has no effect; "
       "did you mean `takeOverRequest`?"},
      {"omissionRemedy:\n  crontab: \"1 1 * * *\"\n  takeOverRequest: {a: b}\n  adapter: X\n",
       "p.yaml:6: warning: `adapter` of `omissionRemedy` is kept, and has no effect"},
  };
  for (const auto& [text, fault] : cases) {
    EXPECT_THAT(read_remedied(text).faults, testing::Contains(testing::HasSubstr(fault))) << text;
  }
  EXPECT_THAT(read_remedied("omissionRemedy: {crontab: \"1 1 * * *\"}\n", false).faults,
              testing::ElementsAre(testing::HasSubstr("it has an effect in `source` only")));
}

}  // namespace
}  // namespace weir
