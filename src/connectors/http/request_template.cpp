// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/request_template.h"

#include "connectors/http/template_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace weir {
namespace {

// A name or a literal.
struct Operand {
  std::vector<std::string> path;  // empty: the literal counts
  Value literal;
};

struct FilterCall {
  const TemplateFilter* filter = nullptr;
  std::vector<Operand> arguments;
};

struct Expression {
  Operand head;
  std::vector<FilterCall> filters;
};

std::string join(const std::vector<std::string>& path) {
  return fmt::format("{}", fmt::join(path, "."));
}

// Recursive descent over the inside of one `{{ … }}`.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const Location& at, const TemplateNames& names,
                   Faults& faults)
      : text_(text), rest_(text), at_(at), names_(names), faults_(faults) {}

  std::optional<Expression> parse() {
    Expression expression;
    auto head = operand();
    if (!head) {
      return std::nullopt;
    }
    expression.head = std::move(*head);
    while (take('|')) {
      auto call = filter();
      if (!call) {
        return std::nullopt;
      }
      expression.filters.push_back(std::move(*call));
    }
    skip_space();
    if (!rest_.empty()) {
      return complain(fmt::format("`{}` does not belong here", rest_));
    }
    return expression;
  }

 private:
  std::nullopt_t complain(const std::string& what) {
    faults_.push_back(
        {Severity::error, at_, fmt::format("template `{{{{{}}}}}`: {}", text_, what)});
    return std::nullopt;
  }

  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) {
      rest_.remove_prefix(1);
    }
  }

  bool take(char letter) {
    skip_space();
    if (rest_.empty() || rest_.front() != letter) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  std::string word() {
    skip_space();
    std::size_t length = 0;
    while (length < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[length])) != 0 || rest_[length] == '_')) {
      ++length;
    }
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }

  std::optional<Operand> operand() {
    skip_space();
    if (rest_.empty()) {
      return complain("a name is missing");
    }
    if (rest_.front() == '\'' || rest_.front() == '"') {
      const std::size_t end = rest_.find(rest_.front(), 1);
      if (end == std::string_view::npos) {
        return complain("a quote is not closed");
      }
      Operand literal{{}, Value(rest_.substr(1, end - 1))};
      rest_.remove_prefix(end + 1);
      return literal;
    }
    const bool minus = take('-');
    if (minus || std::isdigit(static_cast<unsigned char>(rest_.front())) != 0) {
      const std::string digits = word();
      if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
        return complain("a whole number is expected");
      }
      return Operand{{}, Value(Number{(minus ? "-" : "") + digits})};
    }
    return name();
  }

  std::optional<Operand> name() {
    Operand operand;
    do {
      operand.path.push_back(word());
      if (operand.path.back().empty()) {
        return complain("a name is missing");
      }
    } while (take('.'));
    return check_name(operand.path) ? std::optional(std::move(operand)) : std::nullopt;
  }

  bool check_name(const std::vector<std::string>& path) {
    const auto root = names_.find(path[0]);
    if (root == names_.end()) {
      std::vector<std::string> known;
      for (const auto& [name, members] : names_) {
        known.push_back(name);
      }
      complain(fmt::format("unknown name `{}`; known here: {}", path[0], fmt::join(known, ", ")));
      return false;
    }
    const auto& members = root->second;
    if (members.empty() ||
        (path.size() > 1 && std::find(members.begin(), members.end(), path[1]) != members.end())) {
      return true;
    }
    complain(fmt::format("unknown name `{}`; `{}` has: {}", join(path), path[0],
                         fmt::join(members, ", ")));
    return false;
  }

  std::optional<FilterCall> filter() {
    const std::string called = word();
    const auto& filters = template_filters();
    const auto found = std::find_if(filters.begin(), filters.end(),
                                    [&](const TemplateFilter& f) { return f.name == called; });
    if (found == filters.end()) {
      std::vector<std::string> known;
      for (const auto& each : filters) {
        known.push_back(each.name);
      }
      return complain(
          fmt::format("unknown filter `{}`; known: {}", called, fmt::join(known, ", ")));
    }
    FilterCall call{&*found, {}};
    if (take('(') && !take(')')) {
      do {
        auto argument = operand();
        if (!argument) {
          return std::nullopt;
        }
        call.arguments.push_back(std::move(*argument));
      } while (take(','));
      if (!take(')')) {
        return complain("a bracket is not closed");
      }
    }
    const auto count = static_cast<int>(call.arguments.size());
    if (count < found->arguments_min || count > found->arguments_max) {
      return complain(fmt::format("filter `{}` takes {} to {} arguments, not {}", called,
                                  found->arguments_min, found->arguments_max, count));
    }
    return call;
  }

  std::string_view text_;
  std::string_view rest_;
  const Location& at_;
  const TemplateNames& names_;
  Faults& faults_;
};

Value value_of(const Operand& operand, const Scope& scope) {
  if (operand.path.empty()) {
    return operand.literal;
  }
  const Value* found = scope.find(operand.path);
  return found == nullptr ? Value() : *found;
}

Result<Value> evaluate_expression(const Expression& expression, const Scope& scope) {
  Value value = value_of(expression.head, scope);
  for (const auto& call : expression.filters) {
    if (value.is_null() && call.filter->name != "default") {
      continue;
    }
    std::vector<Value> arguments;
    for (const auto& argument : call.arguments) {
      arguments.push_back(value_of(argument, scope));
      if (arguments.back().is_null()) {
        return Value();
      }
    }
    WEIR_TRY(value, call.filter->apply(value, arguments, scope));
  }
  return value;
}

}  // namespace

struct RequestTemplate::Part {
  std::string text;  // when there is no expression
  std::optional<Expression> expression;
};

void Scope::set(std::string_view root, Value value) {
  for (auto& [name, present] : roots_) {
    if (name == root) {
      present = std::move(value);
      return;
    }
  }
  roots_.emplace_back(root, std::move(value));
}

const Value* Scope::find(const std::vector<std::string>& path) const {
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
        ExpressionParser(rest.substr(open + 2, close - open - 2), at, names, faults).parse();
    if (expression) {
      parts.push_back({{}, std::move(expression)});
    }
    rest.remove_prefix(close + 2);
  }
  RequestTemplate compiled;
  compiled.parts_ = std::make_shared<const std::vector<Part>>(std::move(parts));
  return compiled;
}

Result<Value> RequestTemplate::evaluate(const Scope& scope) const {
  if (parts_ == nullptr || parts_->empty()) {
    return Value("");
  }
  if (parts_->size() == 1 && parts_->front().expression) {
    return evaluate_expression(*parts_->front().expression, scope);
  }
  std::string text;
  for (const auto& part : *parts_) {
    if (!part.expression) {
      text += part.text;
      continue;
    }
    WEIR_TRY(const Value value, evaluate_expression(*part.expression, scope));
    if (value.is_null()) {
      return Value();
    }
    text += to_text(value);
  }
  return Value(std::move(text));
}

Result<std::string> RequestTemplate::evaluate_text(const Scope& scope) const {
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

Result<Value> ValueTemplate::evaluate(const Scope& scope) const {
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

Result<Value> ValueTemplate::evaluate_object(const Scope& scope) const {
  Object object;
  for (const auto& [name, member] : members_) {
    WEIR_TRY(Value value, member.evaluate(scope));
    if (!value.is_null() || (member.literal_ && member.kind_ == Node::Kind::null)) {
      object.emplace_back(name, std::move(value));
    }
  }
  return Value(std::move(object));
}

Result<Value> ValueTemplate::evaluate_list(const Scope& scope) const {
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
