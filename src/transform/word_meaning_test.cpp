// SPDX-License-Identifier: Apache-2.0
#include "spec/quality_reader.h"
#include "spec/strategy_reader.h"
#include "transform/comparison.h"
#include "transform/field_conversion.h"
#include "transform/format_rules.h"
#include "transform/transform.h"
#include "transform/value_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Each example of a format, a logic, a type, a parser or a quality rule does what its table says.

namespace weir {
namespace {

class NoMeaningReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

// A part of a file, in flow style as examples have it.
Value flow(std::string_view text) {
  Faults faults;
  const std::string document = "part: " + std::string(text);
  const Value read = read_document(document, "example", NoMeaningReferences(), faults).to_value();
  EXPECT_THAT(faults, ::testing::IsEmpty()) << text;
  return read.member("part") != nullptr ? *read.member("part") : Value();
}

// The value of `x` once the source's part and the target's field have done their work.
std::string flows(const Value& source_part, const Value& field_part, const Value& quality,
                  std::string_view x) {
  Value source{Object{{"connection", "c"}, {"api", "a"}}};
  for (const auto& [key, value] : *source_part.object()) {
    source.set(key, value);
  }
  Value field{Object{{"field", "x"}, {"value", "{x}"}}};
  for (const auto& [key, value] : *field_part.object()) {
    field.set(key, value);
  }
  const Value target{Object{{"connection", "c"}, {"api", "execute"}, {"request", List{field}}}};
  Faults faults;
  const auto read = [&](const Value& value) {
    return read_document(to_json(value), "example", NoMeaningReferences(), faults);
  };
  Strategy from = read_strategy(read(source), true, faults);
  from.quality = read_quality(read(quality), faults);
  const auto transform =
      Transform::compile(from, read_strategy(read(target), false, faults), RecordShape(),
                         *TimeZone::find("Asia/Shanghai"), faults);
  if (transform == nullptr) {
    return faults.empty() ? "refused" : to_string(faults.front());
  }
  const auto outcome = transform->apply(R"({"x": )" + std::string(x) + "}");
  if (!outcome) {
    return "rejected";
  }
  return std::holds_alternative<Filtered>(*outcome)
             ? "filtered"
             : to_json(*std::get<Mapped>(*outcome).rows.tree(0).member("x"));
}

const Value nothing{Object{}};

std::string as_json(std::string_view text) {
  const auto value = parse_json(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value ? to_json(*value) : "";
}

TEST(WordMeanings, FormatsGiveWhatTheirExamplesSay) {
  for (const WordMeaning& word : format_meanings()) {
    const Value rule{Object{{"old", "x"}, {"new", "made"}, {"format", word.example}}};
    const Value source{Object{{"formatResponse", List{rule}}}};
    EXPECT_EQ(flows(source, Value(Object{{"value", "{made}"}}), Value(), word.of),
              as_json(word.gives))
        << word.written;
  }
}

TEST(WordMeanings, LogicsAreMetAsTheirExamplesSay) {
  for (const WordMeaning& word : logic_meanings()) {
    const Value source{Object{{"condition", List{Value(List{flow(word.example)})}}}};
    EXPECT_EQ(flows(source, nothing, Value(), word.of), as_json(word.of)) << word.written;
    EXPECT_EQ(flows(source, nothing, Value(), word.gives), "filtered") << word.written;
  }
}

TEST(WordMeanings, TypesGiveWhatTheirExamplesSay) {
  for (const WordMeaning& word : FieldConversion::type_meanings()) {
    EXPECT_EQ(flows(nothing, Value(Object{{"type", word.example}}), Value(), word.of),
              as_json(word.gives))
        << word.written;
  }
}

TEST(WordMeanings, ParsersGiveWhatTheirExamplesSay) {
  for (const WordMeaning& word : parser_meanings()) {
    EXPECT_EQ(flows(nothing, Value(Object{{"parser", flow(word.example)}}), Value(), word.of),
              as_json(word.gives))
        << word.written;
  }
}

TEST(WordMeanings, QualityRulesAreKeptAsTheirExamplesSay) {
  for (const QualityRuleName& rule : quality_rule_names) {
    const Value quality(List{flow(rule.meaning.example)});
    EXPECT_EQ(flows(nothing, nothing, quality, rule.meaning.of), as_json(rule.meaning.of))
        << rule.name;
    EXPECT_EQ(flows(nothing, nothing, quality, rule.meaning.gives), "rejected") << rule.name;
  }
}

}  // namespace
}  // namespace weir
