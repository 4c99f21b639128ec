// SPDX-License-Identifier: Apache-2.0
#include "spec/secret_fields.h"

#include "spec/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

std::string masked(const std::string& source) {
  return mask_secret_fields(source, {{"systemToken"}, {}});
}

TEST(SecretFields, PlainValuesAreMaskedInEveryStorageForm) {
  for (const char* request :
       {"[{field: a, value: 1}, {field: systemToken, value: s3cr3t}]",
        "[{field: systemToken, type: string, value: \"s3cr3t\"}] # s3cr3t",
        "{a: 1, systemToken: s3cr3t}", "{outer: {systemToken: s3cr3t}}",
        "[{field: o, type: object, children: [{field: systemToken, value: s3cr3t}]}]",
        "[{field: o, type: object, id: 1}, {field: systemToken, parent_id: 1, value: s3cr3t}]",
        "\n    - field: systemToken\n      value: >-\n        s3cr3t\n        more",
        "&list\n    - {field: systemToken, value: s3cr3t}\n  otherRequest_bk: *list",
        "[{field: systemToken, value: [s3cr3t, {x: s3cr3t}]}]",
        "[{field: systemToken, value: \"s3cr3t${env:MORE}\"}]"}) {
    for (const char* list : {"request", "requestParams", "otherRequest", "otherRequestParams"}) {
      const std::string text =
          "source:\n  connection: c\n  " + std::string(list) + ": " + request + "\n";
      const std::string kept = masked(text);
      EXPECT_THAT(kept, testing::Not(testing::HasSubstr("s3cr3t"))) << text;
      EXPECT_THAT(kept, testing::HasSubstr("systemToken")) << text;
      EXPECT_THAT(kept, testing::HasSubstr("***")) << text;
    }
  }
  EXPECT_EQ(
      masked("source: {request: {systemToken: 12345, n: 1.50, t: \"007\", b: true, z: null}}"),
      R"({"source":{"request":{"systemToken":"***","n":1.50,"t":"007","b":true,"z":null}}})");
}

TEST(SecretFields, WhatCannotBeReadIsNotKept) {
  EXPECT_EQ(masked("source: {request: {systemToken: s3cr3t}"), "");
}

TEST(SecretFields, WhatHoldsNoneStaysByteForByte) {
  for (const char* text :
       {"source: {request: {systemToken: \"${env:TOKEN}\"}}  # a comment\n",
        "source:\n  request: [{field: systemToken, value: '${file:token.txt}'}]\n",
        "source: {request: [{field: systemToken}, {field: other, value: x}]}",
        "target: {request: {systemToken: column}}"}) {
    EXPECT_EQ(masked(text), text);
  }
}

TEST(SecretFields, ReferencesAndLiteralsKeepTheirMeaning) {
  EXPECT_EQ(masked("source: {request: {systemToken: x, a: \"${env:A}/${file:b}\", c: '$${env:A}', "
                   "d: \"{{x}}\"}}"),
            R"({"source":{"request":{"systemToken":"***","a":"${env:A}/${file:b}",)"
            R"("c":"$${env:A}","d":"{{x}}"}}})");
}

}  // namespace
}  // namespace weir
