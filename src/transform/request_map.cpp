// SPDX-License-Identifier: Apache-2.0
#include "transform/request_map.h"

#include "core/decimal.h"
#include "core/excerpt.h"
#include "spec/plain_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// The name in "{{details}}", "{details}" or "details".
std::string bare_name(std::string_view text) {
  while (!text.empty() && (text.front() == '{' || text.front() == ' ')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == '}' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  return std::string(text);
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return result;
}

Result<Value> to_number(const Value& value, bool whole) {
  const Number* number = value.number();
  const std::string* text = number != nullptr ? &number->digits : value.text();
  const auto decimal = text != nullptr ? Decimal::parse(*text) : std::nullopt;
  if (!decimal || !fits_plainly(*decimal) || (whole && !decimal->is_whole())) {
    return fail(ErrorKind::rejected, whole ? "no whole number" : "no number");
  }
  if (whole) {
    return Value(Number{to_plain(*decimal)});
  }
  return Value(Number{is_json_number(*text) ? *text : to_plain(*decimal)});
}

Result<Value> to_boolean(const Value& value) {
  const std::string text = lower_case(to_text(value));
  if (text == "true" || text == "1") {
    return Value(true);
  }
  if (text == "false" || text == "0") {
    return Value(false);
  }
  return fail(ErrorKind::rejected, "neither true nor false");
}

}  // namespace

RequestMap::Kind RequestMap::parse_kind(std::string_view type) {
  static const std::vector<std::pair<std::string_view, Kind>> kinds = {
      {"string", Kind::text},   {"int", Kind::whole},      {"integer", Kind::whole},
      {"long", Kind::whole},    {"float", Kind::number},   {"number", Kind::number},
      {"double", Kind::number}, {"decimal", Kind::number}, {"boolean", Kind::boolean},
      {"bool", Kind::boolean},  {"object", Kind::object},  {"array", Kind::list}};
  const std::string wanted = lower_case(type);
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const auto& kind) { return kind.first == wanted; });
  return found == kinds.end() ? Kind::any : found->second;
}

RequestMap RequestMap::compile(const std::vector<Field>& fields, const RecordShape& shape,
                               Faults& faults) {
  RequestMap map;
  map.nodes_ = compile_nodes(fields, shape, faults);
  return map;
}

std::vector<RequestMap::Node> RequestMap::compile_nodes(const std::vector<Field>& fields,
                                                        const RecordShape& shape, Faults& faults) {
  std::vector<Node> nodes;
  nodes.reserve(fields.size());
  for (const Field& field : fields) {
    nodes.push_back(compile_node(field, shape, faults));
  }
  return nodes;
}

RequestMap::Node RequestMap::compile_node(const Field& field, const RecordShape& shape,
                                          Faults& faults) {
  Node node;
  node.name = field.field;
  node.kind = parse_kind(field.type);
  node.at = field.at;
  node.children = compile_nodes(field.children, shape, faults);
  if (!node.children.empty() && node.kind != Kind::list) {
    node.kind = Kind::object;
  }
  if (!field.value) {
    return node;
  }
  const std::string* text = field.value->value.text();
  if (node.kind == Kind::list && text != nullptr) {
    node.list = bare_name(*text);
  }
  if (node.children.empty()) {
    auto compiled = Template::compile(
        field.value->value,
        {field.value->resolved, &shape, field.value->secret && field.value->resolved.empty()});
    if (compiled) {
      node.value = std::move(*compiled);
    } else {
      add_error(faults, field.value->at.line > 0 ? field.value->at : field.at,
                fmt::format("field `{}`: {}", field.field, compiled.error().message));
    }
  } else if (node.kind == Kind::object) {
    add_warning(faults, field.at,
                fmt::format("field `{}` has both a value and children; the value has no effect",
                            field.field));
  }
  return node;
}

Result<Value> RequestMap::map(const EvaluationContext& context) const {
  return map_nodes(nodes_, context);
}

Result<Value> RequestMap::map_nodes(const std::vector<Node>& nodes,
                                    const EvaluationContext& context) {
  Object object;
  object.reserve(nodes.size());
  for (const Node& node : nodes) {
    WEIR_TRY(auto value, map_node(node, context));
    object.emplace_back(node.name, std::move(value));
  }
  return Value(std::move(object));
}

Result<Value> RequestMap::map_node(const Node& node, const EvaluationContext& context) {
  if (node.kind == Kind::list && !node.list.empty()) {
    return map_list(node, context);
  }
  if (!node.children.empty()) {
    if (node.kind != Kind::list) {
      return map_nodes(node.children, context);
    }
    WEIR_TRY(auto only, map_nodes(node.children, context));
    return Value(List{std::move(only)});
  }
  if (!node.value) {
    return Value();
  }
  WEIR_TRY(auto value, evaluate(node, context));
  return convert(node, std::move(value));
}

Result<Value> RequestMap::evaluate(const Node& node, const EvaluationContext& context) {
  auto value = node.value->evaluate(context);
  return value ? std::move(value)
               : tl::unexpected(value.error().within(fmt::format("field `{}`", node.name)));
}

Result<Value> RequestMap::map_list(const Node& node, const EvaluationContext& context) {
  const Value* source = context.scope.find(node.list);
  if (node.children.empty()) {
    return source != nullptr ? Result<Value>(*source)
           : node.value      ? evaluate(node, context)
                             : Value();
  }
  List elements;
  if (source != nullptr && source->list() != nullptr) {
    elements.reserve(source->list()->size());
    for (const Value& element : *source->list()) {
      const ElementScope inside(context.scope, node.list, element);
      WEIR_TRY(auto mapped, map_nodes(node.children, context.within(inside)));
      elements.push_back(std::move(mapped));
    }
  } else if (source != nullptr && !source->is_null()) {
    return fail(ErrorKind::rejected,
                fmt::format("field `{}` needs a list in `{}`, and there is `{}`", node.name,
                            node.list, excerpt(to_text(*source), 60)));
  }
  return Value(std::move(elements));
}

Result<Value> RequestMap::convert(const Node& node, Value value) {
  const bool converts = node.kind != Kind::any && node.kind != Kind::object &&
                        node.kind != Kind::list && !value.is_null();
  if (!converts) {
    return value;
  }
  if (node.kind == Kind::text) {
    return value.text() != nullptr ? std::move(value) : Value(to_text(value));
  }
  if (value.text() != nullptr && value.text()->find_first_not_of(' ') == std::string::npos) {
    return Value();
  }
  auto converted =
      node.kind == Kind::boolean ? to_boolean(value) : to_number(value, node.kind == Kind::whole);
  if (!converted) {
    return fail(ErrorKind::rejected,
                fmt::format("field `{}`: `{}` is {}", node.name, excerpt(to_text(value), 60),
                            converted.error().message));
  }
  return converted;
}

void RequestMap::visit_templates(
    const std::function<void(const Template&, const Location&)>& visit) const {
  visit_templates(nodes_, visit);
}

void RequestMap::visit_templates(
    const std::vector<Node>& nodes,
    const std::function<void(const Template&, const Location&)>& visit) {
  for (const Node& node : nodes) {
    if (node.value) {
      visit(*node.value, node.at);
    }
    visit_templates(node.children, visit);
  }
}

void RequestMap::visit_names(
    const std::function<void(const std::string&, const Location&)>& visit) const {
  visit_nodes(nodes_, visit);
}

void RequestMap::visit_nodes(
    const std::vector<Node>& nodes,
    const std::function<void(const std::string&, const Location&)>& visit) {
  for (const Node& node : nodes) {
    if (!node.list.empty()) {
      visit(node.list, node.at);
    } else if (node.value) {
      for (const std::string& name : node.value->names()) {
        visit(name, node.at);
      }
    }
    visit_nodes(node.children, visit);
  }
}

}  // namespace weir
