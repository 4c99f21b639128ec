// SPDX-License-Identifier: Apache-2.0
#include "spec/carried_text.h"

#include "spec/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

CarriedText carry(std::string_view text) {
  return carry_text(text, {"password", "systemToken"},
                    [](const std::string& field) { return "mysql." + field; });
}

class KnownReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    return std::string(scheme) + "!" + std::string(name);
  }
};

TEST(CarriedText, StaysAsItIsWithoutPlainSecrets) {
  const std::string text = "user: a # b\npassword: ${env:P}\nhost: \"x${env:H}${env:P}\"\n";
  const CarriedText carried = carry(text);
  EXPECT_EQ(carried.text, text);
  EXPECT_THAT(carried.replaced, IsEmpty());
  EXPECT_THAT(carried.references, ElementsAre("${env:P}", "${env:H}"));
}

TEST(CarriedText, ReplacesPlainSecretsInEveryFormAndKeepsTheRest) {
  const CarriedText carried = carry(
      "password: s3cret # s3cret\nport: 3306\ntext: \"a: '${env:A}' $${x} 密\\n\"\nnone: null\n"
      "empty: []\nrequest:\n  - {field: systemToken, value: tok3n}\n  - [1.50, {systemToken: 7}]\n"
      "  - {field: other, value: \"x${env:A}\"}\n");
  EXPECT_TRUE(carried.well);
  EXPECT_THAT(carried.text, Not(HasSubstr("s3cret")));
  EXPECT_THAT(carried.text, Not(HasSubstr("tok3n")));
  EXPECT_THAT(carried.replaced, ElementsAre("password", "systemToken", "systemToken"));
  Faults faults;
  const Node node = read_document(carried.text, "x.yaml", KnownReferences(), faults);
  ASSERT_THAT(faults, IsEmpty());
  EXPECT_EQ(to_json(node.to_value()),
            "{\"password\":\"secret!mysql.password\",\"port\":3306,"
            "\"text\":\"a: 'env!A' ${x} 密\\n\",\"none\":null,\"empty\":[],"
            "\"request\":[{\"field\":\"systemToken\",\"value\":\"secret!mysql.systemToken\"},"
            "[1.50,{\"systemToken\":\"secret!mysql.systemToken\"}],"
            "{\"field\":\"other\",\"value\":\"xenv!A\"}]}");
}

TEST(CarriedText, GivesNothingOfATextThatCannotBeRead) {
  const CarriedText carried = carry("password: {s3cret");
  EXPECT_FALSE(carried.well);
  EXPECT_EQ(carried.text, "");
}

}  // namespace
}  // namespace weir
