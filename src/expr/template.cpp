// SPDX-License-Identifier: Apache-2.0
#include "expr/template.h"

#include "expr/template_parser.h"

#include <utility>

namespace weir {
namespace {

Result<Expression> compile_value(const Value& value) {
  if (const std::string* text = value.text()) {
    return parse_template(*text);
  }
  if (const List* list = value.list()) {
    ListOf items;
    for (const Value& item : *list) {
      WEIR_TRY(auto expression, compile_value(item));
      items.items.push_back(std::move(expression));
    }
    return Expression{std::move(items)};
  }
  if (const Object* object = value.object()) {
    ObjectOf members;
    for (const auto& [name, member] : *object) {
      WEIR_TRY(auto expression, compile_value(member));
      members.members.emplace_back(name, std::move(expression));
    }
    return Expression{std::move(members)};
  }
  return Expression{Literal{value}};
}

void append_part(const Expression& part, const Scope& scope, std::string& out) {
  const Value* value = nullptr;
  if (const auto* literal = std::get_if<Literal>(&part.form)) {
    value = &literal->value;
  } else if (const auto* reference = std::get_if<Reference>(&part.form)) {
    value = scope.find(reference->name);
  }
  if (value == nullptr) {
    return;
  }
  if (const std::string* text = value->text()) {
    out += *text;
  } else {
    out += to_text(*value);
  }
}

struct Evaluation {
  const EvaluationContext& context;

  Result<Value> operator()(const Literal& literal) const { return literal.value; }

  Result<Value> operator()(const Reference& reference) const {
    const Value* value = context.scope.find(reference.name);
    return value != nullptr ? *value : Value();
  }

  Result<Value> operator()(const Concatenation& concatenation) const {
    std::string text;
    for (const Expression& part : concatenation.parts) {
      append_part(part, context.scope, text);
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
};

void collect_names(const Expression& expression, std::vector<std::string>& names) {
  if (const auto* reference = std::get_if<Reference>(&expression.form)) {
    names.push_back(reference->name);
  } else if (const auto* concatenation = std::get_if<Concatenation>(&expression.form)) {
    for (const Expression& part : concatenation->parts) {
      collect_names(part, names);
    }
  } else if (const auto* list = std::get_if<ListOf>(&expression.form)) {
    for (const Expression& item : list->items) {
      collect_names(item, names);
    }
  } else if (const auto* object = std::get_if<ObjectOf>(&expression.form)) {
    for (const auto& member : object->members) {
      collect_names(member.second, names);
    }
  }
}

}  // namespace

Template::Template(Expression expression) : expression_(std::move(expression)) {
  collect_names(expression_, names_);
}

Result<Template> Template::compile(const Value& value, std::span<const TextSpan> literal) {
  const std::string* text = value.text();
  WEIR_TRY(auto expression,
           text != nullptr ? parse_template(*text, literal) : compile_value(value));
  return Template(std::move(expression));
}

Template Template::literal(Value value) { return Template(Expression{Literal{std::move(value)}}); }

Result<Value> Template::evaluate(const EvaluationContext& context) const {
  return std::visit(Evaluation{context}, expression_.form);
}

}  // namespace weir
