// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

// What a value of a file means once it is taken apart: a small tree. A new form of expression is a
// new alternative here and one more case in template_parser.cpp and evaluation; users of Template
// do not change.

namespace weir {

struct Expression;

struct Literal {
  Value value;
};

struct Pipe {  // "replace('a','b')"
  std::string name;
  std::vector<std::string> arguments;
};

struct Reference {  // {name}, {{a.b|pipe}}
  std::string name;
  std::vector<Pipe> pipes;
};

struct Concatenation {  // text with placeholders in it; always gives text
  std::vector<Expression> parts;
};

struct ListOf {
  std::vector<Expression> items;
};

struct ObjectOf {
  std::vector<std::pair<std::string, Expression>> members;
};

struct Expression {
  std::variant<Literal, Reference, Concatenation, ListOf, ObjectOf> form;
};

}  // namespace weir
