// SPDX-License-Identifier: Apache-2.0
#include "expr/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

// Gives back what it is asked.
class EchoSurroundings final : public Surroundings {
 public:
  Result<Value> find(const CollectionQuery& query) const override {
    if (query.pipeline == "nowhere") {
      return fail(ErrorKind::invalid_config, "there is no pipeline `nowhere`");
    }
    Object where;
    for (const auto& [name, value] : query.where) {
      if (value == Value("nobody")) {
        return Value();
      }
      where.emplace_back(name, value);
    }
    return Value(query.pipeline + "." + query.field + to_json(Value(where)));
  }
  Result<Value> call(std::string_view function, std::span<const Value> arguments) const override {
    return Value(std::string(function) + to_json(List(arguments.begin(), arguments.end())));
  }
};

std::string answered(const std::string& text) {
  const auto compiled = Template::compile(text);
  if (!compiled) {
    return compiled.error().message;
  }
  Environment scope;
  scope.set("x", "O'Neil");
  scope.set("n", Number{"1.50"});
  const EchoSurroundings surroundings;
  const auto value = compiled->evaluate({scope, TimeZone::utc(), Timestamp(), &surroundings});
  return value ? to_text(*value) : value.error().message;
}

TEST(Collection, IsAskedWithItsValuesInPlace) {
  EXPECT_EQ(answered("_findCollection find FNumber from customers where FName={{x}}"),
            R"j(customers.FNumber{"FName":"O'Neil"})j");
  EXPECT_EQ(answered("_findCollection find a.b from 4ad8-11 where A={n} B='lit {x}' and C=7"),
            R"j(4ad8-11.a.b{"A":1.50,"B":"lit O'Neil","C":"7"})j");
  EXPECT_EQ(answered("_findCollection find 编码 from 客户 where 名称={{x}} _endFind"),
            R"j(客户.编码{"名称":"O'Neil"})j");
}

TEST(Collection, IsAValueInACalculation) {
  EXPECT_EQ(answered("_function case _findCollection find F from p where A={{x}} _endFind "
                     "when 'p.F{\"A\":\"O''Neil\"}' then 'found' else '' end"),
            "found");
  EXPECT_EQ(answered("_function IFNULL(_findCollection find F from p where A='nobody' _endFind, "
                     "'none')"),
            "none");
}

TEST(Collection, FaultsSayWhatIsExpectedWhere) {
  EXPECT_THAT(answered("_findCollection fnd F from p where A={x}"),
              HasSubstr("at character 17: `find` is expected"));
  EXPECT_THAT(answered("_findCollection find F from p"), HasSubstr("`where` is expected"));
  EXPECT_THAT(answered("_findCollection find F from p where"),
              HasSubstr("a condition is expected"));
  EXPECT_THAT(answered("_findCollection find F from p where A B"), HasSubstr("`=` is expected"));
  EXPECT_THAT(answered("_findCollection find F from p where A={x} _endFind more"),
              HasSubstr("nothing more is expected here"));
  EXPECT_THAT(answered("_findCollection find F from nowhere where A={x}"),
              HasSubstr("there is no pipeline `nowhere`"));
}

TEST(LuaCall, TakesTypedArguments) {
  EXPECT_EQ(answered("_lua price({n}, '{{x}}!', 2.50, true, null, \"b\")"),
            R"j(price[1.50,"O'Neil!",2.50,true,null,"b"])j");
  EXPECT_EQ(answered("_lua now()"), "now[]");
  EXPECT_EQ(answered("_function CONCAT(_lua f({n}), '-')"), "f[1.50]-");
}

TEST(LuaCall, FaultsSayWhatIsExpectedWhere) {
  EXPECT_THAT(answered("_lua price {n}"), HasSubstr("at character 12: `(` is expected"));
  EXPECT_THAT(answered("_lua price({n}"), HasSubstr("at character 15: `,` or `)` is expected"));
  EXPECT_THAT(answered("_lua price(word)"), HasSubstr("an argument is a placeholder"));
}

TEST(LuaCall, HasNothingToAskWhereThereAreNoSurroundings) {
  const Environment scope;
  const auto value = Template::compile("_lua f()")->evaluate({scope, TimeZone::utc(), Timestamp()});
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind, ErrorKind::rejected);
}

}  // namespace
}  // namespace weir
