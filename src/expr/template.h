// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "expr/context.h"
#include "expr/expression.h"
#include "expr/template_options.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// A value of a file with placeholders, compiled once. `{x}` and `{{x}}` mean the same:
//   - a value that is one placeholder gives what it names, with its type; null when there is none;
//   - inside text it becomes text; nothing when there is none;
//   - `{` and `}` that enclose no name are text (`{"a": 1}`, `\d{2}`, `{}`);
//   - a name may have pipes ({{x|date}}, see Pipe), and where nothing else has it, it may be a
//     variable of time (CURRENT_TIME, see TimeVariable);
//   - `_function`, `_findCollection` and `_lua` at the very beginning make it an expression: see
//     sql_parser.h and call_parser.h;
//   - lists and objects are templates member by member; numbers and booleans stand for themselves.
// A name begins with a letter, `_` or any character beyond ASCII, and goes on with these, digits,
// `.`, `-`, `$` and `#`. Const and pure: any number of threads may evaluate one.
class Template {
 public:
  // Errors: `invalid_config` with what stands there: a placeholder that is not closed or holds no
  // name, a pipe or a function that there is not (with the nearest), an underscore expression that
  // cannot be taken apart (with the place), _mongoQuery, which is known by name only.
  static Result<Template> compile(const Value& value, const TemplateOptions& options = {});
  // Stands for itself, whatever is in it.
  static Template literal(Value value);

  // Errors: `rejected`, with what cannot be worked out and the values; those of the surroundings.
  Result<Value> evaluate(const EvaluationContext& context) const;

  // What evaluate gives, where it lies ready in the template or the scope and is only looked up;
  // nullptr: it has to be made. Valid as what Scope::find gives.
  const Value* at_hand(const Scope& scope) const;

  // Names of all placeholders, in order of appearance.
  const std::vector<std::string>& names() const { return mentions_.names; }
  // What `_findCollection` and `_lua` name, likewise.
  const std::vector<CollectionMention>& collections() const { return mentions_.collections; }
  const std::vector<std::string>& functions() const { return mentions_.functions; }
  // What makes it another value at another time of day, likewise: CURRENT_TIME, NOW().
  const std::vector<std::string>& clocks() const { return mentions_.clocks; }
  bool is_constant() const { return is_fixed(expression_); }
  const Expression& expression() const { return expression_; }

 private:
  explicit Template(Expression expression);

  Expression expression_;
  Mentions mentions_;
};

}  // namespace weir
