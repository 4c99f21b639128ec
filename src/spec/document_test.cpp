// SPDX-License-Identifier: Apache-2.0
#include "spec/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace weir {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FixedReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    if (name == "missing") {
      return fail(ErrorKind::rejected, "`missing` is not set");
    }
    return "<" + std::string(scheme) + " " + std::string(name) + ">";
  }
};

struct Reading {
  Node node;
  Faults faults;
};

Reading read(std::string_view text) {
  Reading reading;
  reading.node = read_document(text, "a.yaml", FixedReferences(), reading.faults);
  return reading;
}

std::string json(std::string_view text) {
  const Reading reading = read(text);
  EXPECT_TRUE(reading.faults.empty()) << to_string(reading.faults.front());
  return to_json(reading.node.to_value());
}

std::string only_fault(std::string_view text) {
  const Reading reading = read(text);
  EXPECT_EQ(reading.faults.size(), 1U) << text;
  return reading.faults.empty() ? "" : to_string(reading.faults.front());
}

TEST(Document, TypesPlainScalarsAndKeepsDigits) {
  EXPECT_EQ(json("[1, 1.50, -0, 12345678901234567890, 1e3]"),
            "[1,1.50,-0,12345678901234567890,1e3]");
  EXPECT_EQ(json("[true, False, null, ~, ]"), "[true,false,null,null]");
  EXPECT_EQ(json("a:\nb: text"), R"({"a":null,"b":"text"})");
}

TEST(Document, QuotedScalarsAreText) {
  EXPECT_EQ(json(R"(["1", '1.50', "true", "null", ""])"), R"(["1","1.50","true","null",""])");
  EXPECT_EQ(json("a: >-\n  1\n"), R"({"a":"1"})");
}

TEST(Document, WhatOnlyLooksLikeANumberStaysText) {
  EXPECT_EQ(
      json("[0112233445566778, +8613800000000, 0x1F, .5, 5., 1_000, .inf, 2026-01-01]"),
      R"(["0112233445566778","+8613800000000","0x1F",".5","5.","1_000",".inf","2026-01-01"])");
  EXPECT_EQ(json("[off, yes, no, on]"), R"(["off","yes","no","on"])");
}

TEST(Document, TagsOfTheCoreAreFollowedOthersRefused) {
  EXPECT_EQ(json("[!!str 12, !!int \"12\"]"), R"(["12",12])");
  EXPECT_THAT(only_fault("a: !ruby/object x"),
              AllOf(HasSubstr("a.yaml:1: error"), HasSubstr("tag")));
}

TEST(Document, ReadsJsonWithSurrogatesTabsAndSlashes) {
  EXPECT_EQ(json("{\n\t\"a\":\"\\ud83d\\ude00\\/\\u6536\",\n\t\"b\":[1,2.0]\n}"),
            "{\"a\":\"😀/收\",\"b\":[1,2.0]}");
  EXPECT_EQ(json("{\"a\":\"\\\\ud83d\\\\ude00\"}"), "{\"a\":\"\\\\ud83d\\\\ude00\"}");
}

TEST(Document, KnowsThePlaceOfEveryKeyAndValue) {
  const Reading reading = read("# head\na: 1\nb:\n  - x\n  - c: y\n");
  EXPECT_EQ(reading.node.member("a")->at.line, 2);
  EXPECT_EQ(reading.node.member("b")->items[1].member("c")->at.line, 5);
  EXPECT_EQ(reading.node.member_places[1].line, 3);
  EXPECT_EQ(reading.node.member_places[1].file, "a.yaml");
  const Reading braces = read("{\n \"a\": {\n  \"b\": 7\n }\n}\n");
  EXPECT_EQ(braces.node.member("a")->member("b")->at.line, 3);
}

TEST(Document, DoubleKeysAreFaultsAndTheFirstStays) {
  const Reading reading = read("a: 1\nb: 2\na: 3\n");
  ASSERT_EQ(reading.faults.size(), 1U);
  EXPECT_EQ(to_string(reading.faults[0]),
            "a.yaml:3: error: `a` stands twice here, first in line 1; keep one of them");
  EXPECT_EQ(to_json(reading.node.to_value()), R"({"a":1,"b":2})");
}

TEST(Document, AnchorsAliasesAndMerges) {
  EXPECT_EQ(json("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\n"),
            R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"q":3,"p":1}})");
  EXPECT_THAT(only_fault("a: *nowhere\n"), HasSubstr("a.yaml:1: error: column"));
  EXPECT_THAT(only_fault("a: &x [*x]\n"), HasSubstr("alias"));
  EXPECT_THAT(only_fault("a: {<<: 5}\n"), HasSubstr("`<<` must name a mapping"));
}

TEST(Document, AliasBombsAndDeepNestingAreStopped) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 8; ++j) {
      bomb += "," + last;
    }
    bomb += "]\n";
  }
  EXPECT_THAT(only_fault(bomb), HasSubstr("200,000"));
  EXPECT_THAT(only_fault(std::string(100, '[') + std::string(100, ']')), HasSubstr("64 levels"));
  EXPECT_THAT(only_fault(std::string(100'000, '[')), HasSubstr("a.yaml:1: error"));
}

TEST(Document, SyntaxFaultsShowPlaceLineAndAdvice) {
  const std::string tab = only_fault("a:\n\tb: 1\n");
  EXPECT_THAT(tab, AllOf(HasSubstr("a.yaml:2: error: column "), HasSubstr("indent with spaces")));
  EXPECT_THAT(only_fault("a: 1\nb: [1, 2\nc: 3\n"), HasSubstr("a.yaml:"));
  EXPECT_THAT(only_fault("a: 1\n---\nb: 2\n"), HasSubstr("second document"));
  EXPECT_THAT(only_fault("? [x]\n: 1\n"), HasSubstr("key must be text"));
}

TEST(Document, ASyntaxFaultNeverShowsASecretTypedInPlainly) {
  const std::string fault = only_fault("x: 1\n\tapp_secret: hunter2: y\n");
  EXPECT_THAT(fault, ::testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(fault, HasSubstr("app_secret"));
}

TEST(Document, GivesTheTreeAsFarAsItGoes) {
  const Reading reading = read("a: 1\nb: {c: 2\n");
  EXPECT_FALSE(reading.faults.empty());
  ASSERT_NE(reading.node.member("a"), nullptr);
}

TEST(Document, RefusesBytesThatAreNoText) {
  EXPECT_THAT(only_fault("a: 1\nb: \xff\n"), AllOf(HasSubstr("a.yaml:2"), HasSubstr("UTF-8")));
  EXPECT_THAT(only_fault(std::string("a: \0", 4)), HasSubstr("UTF-8"));
}

TEST(Document, EmptyTextIsNull) {
  EXPECT_EQ(read("").node.kind, Node::Kind::null);
  EXPECT_EQ(read("# only a comment\n").node.kind, Node::Kind::null);
  EXPECT_TRUE(read("").faults.empty());
}

TEST(Document, ReferencesAreResolvedAndMakeTheScalarSecret) {
  const Reading reading = read("a: ${env:X}-${file:y/z}\nb: plain\nc: [x, \"${secret:s}\"]\n");
  EXPECT_TRUE(reading.faults.empty());
  EXPECT_EQ(*reading.node.member("a")->scalar.value.text(), "<env X>-<file y/z>");
  EXPECT_TRUE(reading.node.member("a")->scalar.secret);
  EXPECT_FALSE(reading.node.member("b")->scalar.secret);
  EXPECT_TRUE(reading.node.member("c")->to_setting().secret);
}

TEST(Document, DollarDollarBraceIsLiteral) {
  const Reading reading = read("a: $${env:X}\nb: cost ${5}\nc: $$\n");
  EXPECT_EQ(*reading.node.member("a")->scalar.value.text(), "${env:X}");
  EXPECT_FALSE(reading.node.member("a")->scalar.secret);
  EXPECT_EQ(*reading.node.member("b")->scalar.value.text(), "cost ${5}");
  EXPECT_EQ(*reading.node.member("c")->scalar.value.text(), "$$");
}

TEST(Document, EveryReferenceThatCannotBeResolvedIsAFault) {
  const Reading reading = read("a: ${env:missing}\nb:\n  c: ${env:missing}\nd: ${env:open\n");
  ASSERT_EQ(reading.faults.size(), 3U);
  EXPECT_EQ(to_string(reading.faults[0]), "a.yaml:1: error: ${env:missing}: `missing` is not set");
  EXPECT_EQ(reading.faults[1].at.line, 3);
  EXPECT_THAT(reading.faults[2].message, HasSubstr("not closed"));
}

TEST(SystemReferences, ReadsTheEnvironment) {
  ::setenv("WEIR_DOCUMENT_TEST", "value\n", 1);
  const SystemReferences references(".");
  EXPECT_EQ(*references.resolve("env", "WEIR_DOCUMENT_TEST"), "value\n");
  const auto missing = references.resolve("env", "WEIR_NO_SUCH_VARIABLE");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::rejected);
  EXPECT_THAT(missing.error().message, HasSubstr("export WEIR_NO_SUCH_VARIABLE="));
}

TEST(SystemReferences, ReadsFilesBesideTheWorkspaceAndCutsTheLastNewline) {
  const std::filesystem::path root = std::filesystem::path(::testing::TempDir()) / "references";
  std::filesystem::create_directories(root);
  std::ofstream(root / "token") << "line\nsecret\r\n";
  const SystemReferences references(root);
  EXPECT_EQ(*references.resolve("file", "token"), "line\nsecret");
  EXPECT_EQ(*references.resolve("file", (root / "token").string()), "line\nsecret");
  EXPECT_THAT(references.resolve("file", "nothing").error().message, HasSubstr("nothing"));
  EXPECT_THAT(references.resolve("file", ".").error().message, HasSubstr("no plain file"));
}

TEST(SystemReferences, SaysWhereASecretComesFromAndWhatASlipMeant) {
  const SystemReferences references(".");
  EXPECT_THAT(references.resolve("secret", "x").error().message, HasSubstr("`weir secret set x`"));
  EXPECT_THAT(references.resolve("evn", "x").error().message, HasSubstr("did you mean `env`?"));
}

}  // namespace
}  // namespace weir
