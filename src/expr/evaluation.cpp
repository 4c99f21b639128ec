// SPDX-License-Identifier: Apache-2.0
#include "expr/evaluation.h"

#include "core/excerpt.h"
#include "expr/sql_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace weir {
namespace {

Result<Value> evaluate_reference(const Reference& reference, const EvaluationContext& context) {
  const Value* found = context.scope.find(reference.name);
  Value value = found != nullptr     ? *found
                : reference.variable ? reference.variable->value(context.now, context.zone)
                                     : Value();
  if (reference.pipes.empty()) {
    return value;
  }
  auto made = apply_pipes(reference.pipes, std::move(value), context, reference.wall_time);
  return made ? std::move(made)
              : tl::unexpected(made.error().within(fmt::format("`{{{}}}`", reference.name)));
}

// "`IF({x} …` (x = `5`): …". Only what the record gave: what came from references is in no name.
Error with_values(const Error& error, const Calculation& calculation, const Scope& scope) {
  std::string values;
  std::vector<std::string> seen;
  for (const std::string& name : calculation.mentions.names) {
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      continue;
    }
    seen.push_back(name);
    const Value* value = scope.find(name);
    values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", name,
                          value == nullptr ? "nothing" : excerpt(to_json(*value), 60));
  }
  const std::string shown = excerpt(calculation.written, 120);
  return error.within(values.empty() ? fmt::format("`_function{}`", shown)
                                     : fmt::format("`_function{}` ({})", shown, values));
}

void append_text(const Value& value, std::string& out) {
  if (const std::string* text = value.text()) {
    out += *text;
  } else {
    out += to_text(value);
  }
}

struct Evaluation {
  const EvaluationContext& context;

  Result<Value> operator()(const Literal& literal) const { return literal.value; }

  Result<Value> operator()(const Reference& reference) const {
    return evaluate_reference(reference, context);
  }

  Result<Value> operator()(const Concatenation& concatenation) const {
    std::string text;
    for (const Expression& part : concatenation.parts) {
      WEIR_CHECK(append(part, text));
    }
    return Value(std::move(text));
  }

  Result<Value> operator()(const ListOf& list) const {
    List values;
    values.reserve(list.items.size());
    for (const Expression& item : list.items) {
      WEIR_TRY(auto value, std::visit(*this, item.form));
      values.push_back(std::move(value));
    }
    return Value(std::move(values));
  }

  Result<Value> operator()(const ObjectOf& object) const {
    Object values;
    values.reserve(object.members.size());
    for (const auto& [name, member] : object.members) {
      WEIR_TRY(auto value, std::visit(*this, member.form));
      values.emplace_back(name, std::move(value));
    }
    return Value(std::move(values));
  }

  Result<Value> operator()(const Calculation& calculation) const {
    auto value = evaluate_sql(*calculation.root, context);
    return value ? Result<Value>(from_sql(*value))
                 : tl::unexpected(with_values(value.error(), calculation, context.scope));
  }

  Result<Value> operator()(const Collection& collection) const {
    WEIR_CHECK(has_surroundings("_findCollection"));
    CollectionQuery query{collection.pipeline, collection.field, {}};
    for (const auto& [name, expression] : collection.where) {
      WEIR_TRY(auto value, std::visit(*this, expression.form));
      query.where.emplace_back(name, std::move(value));
    }
    return context.surroundings->find(query);
  }

  Result<Value> operator()(const LuaCall& call) const {
    WEIR_CHECK(has_surroundings("_lua"));
    std::vector<Value> arguments;
    for (const Expression& argument : call.arguments) {
      WEIR_TRY(auto value, std::visit(*this, argument.form));
      arguments.push_back(std::move(value));
    }
    return context.surroundings->call(call.function, arguments);
  }

 private:
  Result<void> has_surroundings(std::string_view word) const {
    return context.surroundings != nullptr
               ? Result<void>()
               : fail(ErrorKind::rejected,
                      fmt::format("`{}` has nothing to ask where this runs", word));
  }

  // Most parts are looked at where they lie.
  Result<void> append(const Expression& part, std::string& out) const {
    if (const auto* literal = std::get_if<Literal>(&part.form)) {
      append_text(literal->value, out);
      return {};
    }
    const auto* reference = std::get_if<Reference>(&part.form);
    if (reference != nullptr && reference->pipes.empty()) {
      if (const Value* value = context.scope.find(reference->name)) {
        append_text(*value, out);
        return {};
      }
    }
    WEIR_TRY(const Value value, std::visit(*this, part.form));
    append_text(value, out);
    return {};
  }
};

}  // namespace

Result<Value> evaluate_expression(const Expression& expression, const EvaluationContext& context) {
  return std::visit(Evaluation{context}, expression.form);
}

}  // namespace weir
