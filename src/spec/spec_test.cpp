// SPDX-License-Identifier: Apache-2.0
#include "spec/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Budget {
  double per_second = 10;
  std::optional<std::int64_t> per_month = 5000;
};

struct Settings {
  std::string host;
  std::int64_t port = 3306;
  std::string tls = "preferred";
  std::string password;
  bool fast = false;
  std::optional<std::string> socket;
  Value result_cap = "auto";
  Budget budget;
};

Spec<Settings> settings_spec() {
  const auto budget = Spec<Budget>("How many calls may be made.")
                          .field(&Budget::per_second, "per_second", "Calls a second.")
                          .range(0.1, 1000)
                          .field(&Budget::per_month, "per_month", "Calls a month.");
  return Spec<Settings>("A database.")
      .field(&Settings::host, "host", "Server name or address.")
      .required()
      .example("127.0.0.1")
      .field(&Settings::port, "port", "TCP port.")
      .range(1, 65535)
      .field(&Settings::tls, "tls", "Encryption.")
      .one_of({"off", "preferred", "required", "verify"})
      .field(&Settings::password, "password", "Password of `user`.")
      .secret()
      .field(&Settings::fast, "fast", "Faster.")
      .field(&Settings::socket, "socket", "Path of a socket.")
      .field(&Settings::result_cap, "result_cap", "Rows that a query can page through.")
      .section(&Settings::budget, "budget", budget);
}

class PlainReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

Settings read(std::string_view text, Faults& faults) {
  const Node node = read_document(text, "c.yaml", PlainReferences(), faults);
  return settings_spec().read(node, {"connector"}, faults);
}

TEST(Spec, FillsTheStruct) {
  Faults faults;
  const Settings settings = read(
      "connector: mysql\nhost: db\nport: 3307\ntls: off\npassword: 123456\nfast: true\n"
      "socket: /s\nresult_cap: 30000\nbudget: {per_second: 2.5, per_month: 10}\n",
      faults);
  EXPECT_TRUE(faults.empty()) << to_string(faults.front());
  EXPECT_EQ(settings.host, "db");
  EXPECT_EQ(settings.port, 3307);
  EXPECT_EQ(settings.tls, "off");
  EXPECT_EQ(settings.password, "123456");
  EXPECT_TRUE(settings.fast);
  EXPECT_EQ(settings.socket, "/s");
  EXPECT_EQ(settings.result_cap, Value(Number{"30000"}));
  EXPECT_EQ(settings.budget.per_second, 2.5);
  EXPECT_EQ(settings.budget.per_month, 10);
}

TEST(Spec, KeepsTheInitialisersOfWhatIsAbsentOrEmpty) {
  Faults faults;
  const Settings settings = read("host: db\nport:\n", faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(settings.port, 3306);
  EXPECT_EQ(settings.socket, std::nullopt);
  EXPECT_EQ(settings.budget.per_month, 5000);
}

TEST(Spec, FindsAllFaultsAtOnceWithTheirLines) {
  Faults faults;
  read("prot: 1\nport: 70000\ntls: requird\nfast: 1\nbudget:\n  per_secnd: 1\n  per_month: many\n",
       faults);
  std::vector<std::string> texts;
  for (const Fault& fault : faults) {
    texts.push_back(to_string(fault));
  }
  EXPECT_THAT(
      texts,
      ::testing::UnorderedElementsAre(
          "c.yaml:1: error: `prot` is no setting here; did you mean `port`?",
          "c.yaml:1: error: `host` is missing: Server name or address. Example: `127.0.0.1`.",
          "c.yaml:2: error: `port` must be a whole number from 1 to 65535, and is `70000`",
          "c.yaml:3: error: `tls` must be one of `off`, `preferred`, `required`, `verify`, and is "
          "`\"requird\"`; did you mean `required`?",
          "c.yaml:4: error: `fast` must be `true` or `false`, and is `1`",
          "c.yaml:6: error: `per_secnd` is no setting here; did you mean `per_second`?",
          "c.yaml:7: error: `per_month` must be a whole number, and is `\"many\"`"));
}

TEST(Spec, AWholeNumberIsNeverRounded) {
  for (const char* digits : {"1.5", "1e3", "\"3306\"", "99999999999999999999", "true", "[1]"}) {
    Faults faults;
    EXPECT_EQ(read(std::string("host: x\nport: ") + digits, faults).port, 3306) << digits;
    EXPECT_EQ(faults.size(), 1U) << digits;
  }
}

TEST(Spec, TextFromAReferenceMayBeANumber) {
  Faults faults;
  const Settings settings = read("host: ${env:h}\nport: ${env:3310}\nfast: ${env:true}\n", faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(settings.port, 3310);
  EXPECT_TRUE(settings.fast);
}

TEST(Spec, FaultsNeverShowSecrets) {
  Faults faults;
  read("host: h\npassword: [hunter2]\nport: ${env:hunter2}\ntls: ${env:hunter2}\n", faults);
  EXPECT_EQ(faults.size(), 3U);
  for (const Fault& fault : faults) {
    EXPECT_THAT(fault.message, AllOf(HasSubstr("secret value"), Not(HasSubstr("hunter2"))));
  }
}

TEST(Spec, WhatIsNoMappingIsOneFault) {
  Faults faults;
  read("- a\n", faults);
  EXPECT_EQ(faults.size(), 1U);
}

TEST(Spec, GivesAJsonSchema) {
  const auto parsed = parse_json(to_json_schema(settings_spec().table()));
  ASSERT_TRUE(parsed);
  const Value& properties = *parsed->member("properties");
  EXPECT_EQ(*parsed->member("required"), Value(List{Value("host")}));
  EXPECT_EQ(*parsed->member("additionalProperties"), Value(false));
  EXPECT_EQ(*properties.member("port")->member("type"), Value("integer"));
  EXPECT_EQ(*properties.member("port")->member("default"), Value(Number{"3306"}));
  EXPECT_EQ(*properties.member("port")->member("maximum"), Value(Number{"65535"}));
  EXPECT_EQ(*properties.member("password")->member("writeOnly"), Value(true));
  EXPECT_EQ(properties.member("tls")->member("enum")->list()->size(), 4U);
  EXPECT_EQ(properties.member("result_cap")->member("type"), nullptr);
  EXPECT_EQ(
      *properties.member("budget")->member("properties")->member("per_second")->member("type"),
      Value("number"));
}

}  // namespace
}  // namespace weir
