// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "expr/pipe.h"
#include "expr/time_variable.h"

#include <memory>
#include <optional>
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

struct Reference {  // {name}, {{a.b|pipe}}
  std::string name;
  std::vector<Pipe> pipes;
  std::optional<TimeVariable> variable;  // what the name means where the scope has none such
  bool wall_time = false;                // of the name (RecordShape::wall_times)
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

// What a _findCollection asks for, whatever the values.
struct CollectionMention {
  std::string pipeline;
  std::string field;
  std::vector<std::string> where;  // names, in its order
};

// What an expression asks for, in order of appearance.
struct Mentions {
  std::vector<std::string> names;              // of placeholders
  std::vector<CollectionMention> collections;  // of _findCollection
  std::vector<std::string> functions;          // of _lua
  std::vector<std::string> clocks;  // what depends on the time of day: CURRENT_TIME, NOW()
};

struct SqlNode;

struct Calculation {  // _function …
  std::shared_ptr<const SqlNode> root;
  std::string written;  // with *** for what came from references
  Mentions mentions;
};

struct Collection {  // _findCollection find <field> from <pipeline> where …
  std::string pipeline;
  std::string field;
  std::vector<std::pair<std::string, Expression>> where;
};

struct LuaCall {  // _lua function(arguments)
  std::string function;
  std::vector<Expression> arguments;
};

struct Expression {
  std::variant<Literal, Reference, Concatenation, ListOf, ObjectOf, Calculation, Collection,
               LuaCall>
      form;
};

void append_mentions(const Expression& expression, Mentions& mentions);
// The same in every evaluation.
bool is_fixed(const Expression& expression);

}  // namespace weir
