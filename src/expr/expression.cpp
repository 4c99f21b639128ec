// SPDX-License-Identifier: Apache-2.0
#include "expr/expression.h"

#include <algorithm>

namespace weir {
namespace {

struct NameCollector {
  std::vector<std::string>& names;

  void operator()(const Literal&) const {}
  void operator()(const Reference& reference) const { names.push_back(reference.name); }
  void operator()(const Concatenation& text) const { add_all(text.parts); }
  void operator()(const ListOf& list) const { add_all(list.items); }
  void operator()(const ObjectOf& object) const { add_members(object.members); }
  void operator()(const Calculation& calculation) const {
    names.insert(names.end(), calculation.names.begin(), calculation.names.end());
  }
  void operator()(const Collection& collection) const { add_members(collection.where); }
  void operator()(const LuaCall& call) const { add_all(call.arguments); }

 private:
  void add_all(const std::vector<Expression>& expressions) const {
    for (const Expression& each : expressions) {
      append_names(each, names);
    }
  }
  void add_members(const std::vector<std::pair<std::string, Expression>>& members) const {
    for (const auto& member : members) {
      append_names(member.second, names);
    }
  }
};

}  // namespace

void append_names(const Expression& expression, std::vector<std::string>& names) {
  std::visit(NameCollector{names}, expression.form);
}

bool is_fixed(const Expression& expression) {
  if (const auto* list = std::get_if<ListOf>(&expression.form)) {
    return std::all_of(list->items.begin(), list->items.end(), is_fixed);
  }
  if (const auto* object = std::get_if<ObjectOf>(&expression.form)) {
    return std::all_of(object->members.begin(), object->members.end(),
                       [](const auto& member) { return is_fixed(member.second); });
  }
  return std::holds_alternative<Literal>(expression.form);
}

}  // namespace weir
