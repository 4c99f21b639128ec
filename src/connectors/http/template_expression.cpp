// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/template_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace weir {
namespace {

std::string join(const std::vector<std::string>& path) {
  return fmt::format("{}", fmt::join(path, "."));
}

// Recursive descent over the inside of one `{{ … }}`.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const Location& at, const TemplateNames& names,
                   Faults& faults)
      : text_(text), rest_(text), at_(at), names_(names), faults_(faults) {}

  std::optional<TemplateExpression> parse() {
    TemplateExpression expression;
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

  std::optional<TemplateOperand> operand() {
    skip_space();
    if (rest_.empty()) {
      return complain("a name is missing");
    }
    if (rest_.front() == '\'' || rest_.front() == '"') {
      const std::size_t end = rest_.find(rest_.front(), 1);
      if (end == std::string_view::npos) {
        return complain("a quote is not closed");
      }
      TemplateOperand literal{{}, Value(rest_.substr(1, end - 1))};
      rest_.remove_prefix(end + 1);
      return literal;
    }
    const bool minus = take('-');
    if (minus || std::isdigit(static_cast<unsigned char>(rest_.front())) != 0) {
      const std::string digits = word();
      if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
        return complain("a whole number is expected");
      }
      return TemplateOperand{{}, Value(Number{(minus ? "-" : "") + digits})};
    }
    return name();
  }

  std::optional<TemplateOperand> name() {
    TemplateOperand operand;
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

  std::optional<TemplateFilterCall> filter() {
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
    TemplateFilterCall call{&*found, {}};
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

Value value_of(const TemplateOperand& operand, const RequestScope& scope) {
  if (operand.path.empty()) {
    return operand.literal;
  }
  const Value* found = scope.find(operand.path);
  return found == nullptr ? Value() : *found;
}

}  // namespace

std::optional<TemplateExpression> parse_template_expression(std::string_view text,
                                                            const Location& at,
                                                            const TemplateNames& names,
                                                            Faults& faults) {
  return ExpressionParser(text, at, names, faults).parse();
}

Result<Value> evaluate_template_expression(const TemplateExpression& expression,
                                           const RequestScope& scope) {
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

}  // namespace weir
