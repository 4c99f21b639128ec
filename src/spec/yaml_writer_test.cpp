// SPDX-License-Identifier: Apache-2.0
#include "spec/yaml_writer.h"

#include "spec/document.h"
#include "spec/references.h"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

class NamedReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return "value of " + std::string(name);
  }
};

Value read_again(const std::string& yaml) {
  Faults faults;
  const Node node = read_document(yaml, "written.yaml", NamedReferences(), faults);
  EXPECT_TRUE(faults.empty()) << to_string(faults.front()) << "\n" << yaml;
  return node.to_value();
}

// One value a line.
constexpr std::string_view values = R"j(
{"a":"1","b":1,"c":"true","d":true,"e":null,"f":"null","g":"~","h":"","i":" x "}
{"id":"007","phone":"+86138","money":128000.50,"big":1e3,"negative":-0.5}
{"sql":"INSERT INTO `t` (`a`) VALUES (:a)\nON DUPLICATE KEY UPDATE a = VALUES(a)"}
{"quotes":"it's \"so\"","slash":"a\\b","tab":"a\tb","hash":"a #b","colon":"a: b"}
{"template":"{order_no}","deep":"{{a.b|date}}","list":"[a]","star":"*a","and":"&a"}
{"chinese":"收款单","emoji":"💰","mixed":"首期款: {x}","at":"@a","percent":"%a"}
{"references":"${other} $$","dash":"- a","question":"? a"}
{"empty":[],"none":{},"nested":[[{"a":[1,{"b":[]}]}],[]],"收款":{"类型":"x"}}
{"1":"a","true":"b","null":"c","a: b":"d"}
{"line ends":"a\r\nb\r","last":"a\n","first":"\na","only":"\n","bell":"\u0007"}
["a","b"]
)j";

TEST(YamlWriter, what_is_written_is_read_again) {
  std::size_t begin = 1;
  for (std::size_t end = 0; (end = values.find('\n', begin)) != std::string_view::npos;
       begin = end + 1) {
    const Value value = parse_json(values.substr(begin, end - begin)).value();
    EXPECT_EQ(to_json(read_again(to_yaml(value))), to_json(value)) << to_yaml(value);
  }
  EXPECT_EQ(begin, values.size());
}

TEST(YamlWriter, references_stay_references_unless_they_are_escaped) {
  for (const char* text :
       {"${env:A}", "$${env:A}", "$$${env:A}", "a${file:b}$", "${other} $$ $${"}) {
    EXPECT_EQ(to_json(read_again(to_yaml(Value(List{escape_references(text)})))),
              to_json(List{Value(text)}));
  }
  EXPECT_EQ(to_json(read_again(to_yaml(Object{{"password", "${env:PASSWORD}"}}))),
            R"({"password":"value of PASSWORD"})");
}

TEST(YamlWriter, small_things_stand_on_one_line) {
  const Value value = parse_json(R"({"source":{"request":[{"field":"a","value":"1"},
                                    {"field":"b","children":[{"field":"c"}]}]}})")
                          .value();
  EXPECT_EQ(to_yaml(value),
            "source:\n"
            "  request:\n"
            "    - {field: a, value: \"1\"}\n"
            "    - field: b\n"
            "      children:\n"
            "        - {field: c}\n");
}

}  // namespace
}  // namespace weir
