// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/request_template.h"

#include "connectors/http/template_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace weir {

struct RequestTemplate::Part {
  std::string text;  // when there is no expression
  std::optional<TemplateExpression> expression;
};

void RequestScope::set(std::string_view root, Value value) {
  for (auto& [name, present] : roots_) {
    if (name == root) {
      present = std::move(value);
      return;
    }
  }
  roots_.emplace_back(root, std::move(value));
}

const Value* RequestScope::find(const std::vector<std::string>& path) const {
  const auto root = std::find_if(roots_.begin(), roots_.end(),
                                 [&](const auto& each) { return each.first == path.front(); });
  if (root == roots_.end()) {
    return nullptr;
  }
  const Value* value = &root->second;
  for (std::size_t step = 1; step < path.size() && value != nullptr; ++step) {
    value = value->member(path[step]);
  }
  return value;
}

RequestTemplate RequestTemplate::compile(std::string_view text, const Location& at,
                                         const TemplateNames& names, Faults& faults) {
  std::vector<Part> parts;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t open = rest.find("{{");
    if (open != 0) {
      parts.push_back({std::string(rest.substr(0, open)), std::nullopt});
    }
    if (open == std::string_view::npos) {
      break;
    }
    const std::size_t close = rest.find("}}", open);
    if (close == std::string_view::npos) {
      faults.push_back({Severity::error, at, fmt::format("`{}`: `{{{{` is not closed", text)});
      break;
    }
    auto expression =
        parse_template_expression(rest.substr(open + 2, close - open - 2), at, names, faults);
    if (expression) {
      parts.push_back({{}, std::move(expression)});
    }
    rest.remove_prefix(close + 2);
  }
  RequestTemplate compiled;
  compiled.parts_ = std::make_shared<const std::vector<Part>>(std::move(parts));
  return compiled;
}

Result<Value> RequestTemplate::evaluate(const RequestScope& scope) const {
  if (parts_ == nullptr || parts_->empty()) {
    return Value("");
  }
  if (parts_->size() == 1 && parts_->front().expression) {
    return evaluate_template_expression(*parts_->front().expression, scope);
  }
  std::string text;
  for (const auto& part : *parts_) {
    if (!part.expression) {
      text += part.text;
      continue;
    }
    WEIR_TRY(const Value value, evaluate_template_expression(*part.expression, scope));
    if (value.is_null()) {
      return Value();
    }
    text += to_text(value);
  }
  return Value(std::move(text));
}

Result<std::string> RequestTemplate::evaluate_text(const RequestScope& scope) const {
  WEIR_TRY(const Value value, evaluate(scope));
  return to_text(value);
}

ValueTemplate ValueTemplate::compile(const Node& node, const TemplateNames& names, Faults& faults) {
  ValueTemplate compiled;
  compiled.kind_ = node.kind;
  if (node.kind == Node::Kind::mapping) {
    for (const auto& [name, member] : node.members) {
      compiled.members_.emplace_back(name, compile(member, names, faults));
    }
  } else if (node.kind == Node::Kind::sequence) {
    for (const auto& item : node.items) {
      compiled.members_.emplace_back("", compile(item, names, faults));
    }
  } else if (node.kind == Node::Kind::scalar) {
    const std::string* text = node.scalar.value.text();
    compiled.literal_ = text == nullptr || text->find("{{") == std::string::npos;
    if (compiled.literal_) {
      compiled.value_ = node.scalar.value;
    } else {
      compiled.text_ = RequestTemplate::compile(*text, node.at, names, faults);
    }
  }
  return compiled;
}

ValueTemplate ValueTemplate::of(RequestTemplate text) {
  ValueTemplate made;
  made.kind_ = Node::Kind::scalar;
  made.literal_ = false;
  made.text_ = std::move(text);
  return made;
}

Result<Value> ValueTemplate::evaluate(const RequestScope& scope) const {
  switch (kind_) {
    case Node::Kind::mapping:
      return evaluate_object(scope);
    case Node::Kind::sequence:
      return evaluate_list(scope);
    case Node::Kind::scalar:
      return literal_ ? Result<Value>(value_) : text_.evaluate(scope);
    case Node::Kind::null:
      break;
  }
  return Value();
}

Result<Value> ValueTemplate::evaluate_object(const RequestScope& scope) const {
  Object object;
  for (const auto& [name, member] : members_) {
    WEIR_TRY(Value value, member.evaluate(scope));
    if (!value.is_null() || (member.literal_ && member.kind_ == Node::Kind::null)) {
      object.emplace_back(name, std::move(value));
    }
  }
  return Value(std::move(object));
}

Result<Value> ValueTemplate::evaluate_list(const RequestScope& scope) const {
  List list;
  for (const auto& [name, item] : members_) {
    WEIR_TRY(Value value, item.evaluate(scope));
    if (!value.is_null() || (item.literal_ && item.kind_ == Node::Kind::null)) {
      list.push_back(std::move(value));
    }
  }
  return Value(std::move(list));
}

}  // namespace weir
