// SPDX-License-Identifier: Apache-2.0
#include "expr/template.h"

#include "expr/evaluation.h"
#include "expr/template_parser.h"

#include <utility>
#include <variant>

namespace weir {
namespace {

Result<Expression> compile_value(const Value& value, const TemplateOptions& options) {
  if (const std::string* text = value.text()) {
    return parse_template(*text, options);
  }
  const TemplateOptions inner{{}, options.shape, options.secret};
  if (const List* list = value.list()) {
    ListOf items;
    for (const Value& item : *list) {
      WEIR_TRY(auto expression, compile_value(item, inner));
      items.items.push_back(std::move(expression));
    }
    return Expression{std::move(items)};
  }
  if (const Object* object = value.object()) {
    ObjectOf members;
    for (const auto& [name, member] : *object) {
      WEIR_TRY(auto expression, compile_value(member, inner));
      members.members.emplace_back(name, std::move(expression));
    }
    return Expression{std::move(members)};
  }
  return Expression{Literal{value}};
}

}  // namespace

Template::Template(Expression expression) : expression_(std::move(expression)) {
  append_mentions(expression_, mentions_);
}

Result<Template> Template::compile(const Value& value, const TemplateOptions& options) {
  auto expression = compile_value(value, options);
  if (!expression && options.secret) {
    return fail(ErrorKind::invalid_config,
                "this secret holds a placeholder or an expression that cannot be taken apart");
  }
  return expression ? Result<Template>(Template(std::move(*expression)))
                    : tl::unexpected(std::move(expression).error());
}

Template Template::literal(Value value) { return Template(Expression{Literal{std::move(value)}}); }

Result<Value> Template::evaluate(const EvaluationContext& context) const {
  return evaluate_expression(expression_, context);
}

const Value* Template::at_hand(const Scope& scope) const {
  if (const auto* literal = std::get_if<Literal>(&expression_.form)) {
    return &literal->value;
  }
  const auto* reference = std::get_if<Reference>(&expression_.form);
  return reference != nullptr && reference->pipes.empty() ? scope.find(reference->name) : nullptr;
}

}  // namespace weir
