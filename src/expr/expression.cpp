// SPDX-License-Identifier: Apache-2.0
#include "expr/expression.h"

#include <algorithm>

namespace weir {
namespace {

template <typename T>
void append_all(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

struct MentionCollector {
  Mentions& mentions;

  void operator()(const Literal&) const {}
  void operator()(const Reference& reference) const {
    mentions.names.push_back(reference.name);
    if (reference.variable) {
      mentions.clocks.push_back(reference.name);
    }
  }
  void operator()(const Concatenation& text) const { add_all(text.parts); }
  void operator()(const ListOf& list) const { add_all(list.items); }
  void operator()(const ObjectOf& object) const { add_members(object.members); }
  void operator()(const Calculation& calculation) const {
    append_all(mentions.names, calculation.mentions.names);
    append_all(mentions.collections, calculation.mentions.collections);
    append_all(mentions.functions, calculation.mentions.functions);
    append_all(mentions.clocks, calculation.mentions.clocks);
  }
  void operator()(const Collection& collection) const {
    CollectionMention& mention = mentions.collections.emplace_back();
    mention.pipeline = collection.pipeline;
    mention.field = collection.field;
    for (const auto& condition : collection.where) {
      mention.where.push_back(condition.first);
    }
    add_members(collection.where);
  }
  void operator()(const LuaCall& call) const {
    mentions.functions.push_back(call.function);
    add_all(call.arguments);
  }

 private:
  void add_all(const std::vector<Expression>& expressions) const {
    for (const Expression& each : expressions) {
      append_mentions(each, mentions);
    }
  }
  void add_members(const std::vector<std::pair<std::string, Expression>>& members) const {
    for (const auto& member : members) {
      append_mentions(member.second, mentions);
    }
  }
};

}  // namespace

void append_mentions(const Expression& expression, Mentions& mentions) {
  std::visit(MentionCollector{mentions}, expression.form);
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
