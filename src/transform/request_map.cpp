// SPDX-License-Identifier: Apache-2.0
#include "transform/request_map.h"

#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
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

bool is_array(std::string_view type) {
  return std::equal(type.begin(), type.end(), std::begin("array"), std::end("array") - 1,
                    [](char x, char y) { return (x | 0x20) == y; });
}

}  // namespace

RequestMap RequestMap::compile(const std::vector<Field>& fields, const RecordShape& shape,
                               Faults& faults) {
  RequestMap map;
  map.nodes_ = compile_nodes(fields, shape, faults);
  map.layout_ = std::make_shared<const RowLayout>(lay_out(map.nodes_));
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
  node.kind = is_array(field.type) ? Kind::list : Kind::value;
  node.conversion = FieldConversion::compile(field, faults);
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

std::vector<RowLayout::Node> RequestMap::lay_out(const std::vector<Node>& nodes) {
  std::vector<RowLayout::Node> members;
  members.reserve(nodes.size());
  for (const Node& node : nodes) {
    members.push_back(
        {node.name, is_layout(node) ? lay_out(node.children) : std::vector<RowLayout::Node>()});
  }
  return members;
}

Result<void> RequestMap::map(const EvaluationContext& context, MappedRows& rows) const {
  WEIR_CHECK(map_cells(nodes_, context, rows));
  rows.end_row();
  return {};
}

Result<void> RequestMap::map_cells(const std::vector<Node>& nodes, const EvaluationContext& context,
                                   MappedRows& rows) {
  for (const Node& node : nodes) {
    const Value* value = at_hand(node, context.scope);
    if (is_layout(node)) {
      WEIR_CHECK(map_cells(node.children, context, rows));
    } else if (value != nullptr && node.conversion.keeps(*value)) {
      rows.append(*value);
    } else {
      WEIR_TRY(auto made, map_node(node, context));
      rows.append(std::move(made));
    }
  }
  return {};
}

// A value that has to be looked up, but not to be made.
const Value* RequestMap::at_hand(const Node& node, const Scope& scope) {
  if (!node.children.empty() || !node.value) {
    return nullptr;
  }
  const Value* list = node.list.empty() ? nullptr : scope.find(node.list);
  return list != nullptr ? list : node.value->at_hand(scope);
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
  if (node.children.empty()) {
    WEIR_TRY(auto value, evaluate(node, context));
    return node.conversion.convert(std::move(value), context.zone);
  }
  if (node.kind == Kind::list && !node.list.empty()) {
    WEIR_TRY(auto elements, map_list(node, context));
    return node.conversion.finish(std::move(elements));
  }
  WEIR_TRY(auto only, map_nodes(node.children, context));
  return node.conversion.finish(node.kind == Kind::list ? Value(List{std::move(only)})
                                                        : std::move(only));
}

Result<Value> RequestMap::evaluate(const Node& node, const EvaluationContext& context) {
  const Value* list = node.list.empty() ? nullptr : context.scope.find(node.list);
  if (list != nullptr || !node.value) {
    return list != nullptr ? *list : Value();
  }
  auto value = node.value->evaluate(context);
  return value ? std::move(value)
               : tl::unexpected(value.error().within(fmt::format("field `{}`", node.name)));
}

Result<Value> RequestMap::map_list(const Node& node, const EvaluationContext& context) {
  const Value* source = context.scope.find(node.list);
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
