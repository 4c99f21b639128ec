// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/field_template.h"

#include "core/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir {
namespace {

const std::vector<std::string> request_variables = {
    "LAST_SYNC_TIME",       "CURRENT_TIME",          "DAYS_AGO_1", "PAGINATION_PAGE_SIZE",
    "PAGINATION_START_ROW", "PAGINATION_START_PAGE", "PAGE_NO",    "PAGE_SIZE",
    "MONTH_FIRST_DAY",      "MONTH_LAST_DAY"};

bool is_number_text(const std::string& text) {
  const auto parsed = parse_json(text);
  return parsed && parsed->number() != nullptr;
}

void check_names(const Template& value, const Field& field, Faults& faults) {
  for (const std::string& name : value.names()) {
    if (Environment::is_variable(name)) {
      continue;
    }
    add_error(faults, field.value->at.line > 0 ? field.value->at : field.at,
              fmt::format("field `{}`: {}", field.field,
                          unknown_name("variable of a request", name, request_variables)));
  }
}

// A request comes before all records, and belongs to no flow that could answer.
void refuse_questions(const Template& compiled, const Field& field, Faults& faults) {
  if (!compiled.collections().empty() || !compiled.functions().empty()) {
    add_error(faults, field.value->at.line > 0 ? field.value->at : field.at,
              fmt::format("field `{}`: `{}` has no record to ask for in a source's request; it "
                          "serves in the target's `request`",
                          field.field, compiled.functions().empty() ? "_findCollection" : "_lua"));
  }
}

}  // namespace

FieldTemplate FieldTemplate::compile(const Field& field, Faults& faults) {
  FieldTemplate made;
  made.name_ = field.field;
  made.type_ = field.type;
  made.parser_ = ValueParser::compile(field, faults);
  for (const Field& child : field.children) {
    made.children_.push_back(compile(child, faults));
  }
  if (!field.children.empty() || !field.value) {
    return made;
  }
  auto compiled = Template::compile(
      field.value->value,
      {field.value->resolved, nullptr, field.value->secret && field.value->resolved.empty()});
  if (compiled) {
    check_names(*compiled, field, faults);
    refuse_questions(*compiled, field, faults);
    made.value_ = std::move(*compiled);
  } else {
    add_error(faults, field.value->at.line > 0 ? field.value->at : field.at,
              fmt::format("field `{}`: {}", field.field, compiled.error().message));
  }
  return made;
}

bool FieldTemplate::is_fixed() const {
  return (!value_ || value_->is_constant()) &&
         std::all_of(children_.begin(), children_.end(),
                     [](const FieldTemplate& child) { return child.is_fixed(); });
}

std::optional<Value> FieldTemplate::fixed_value() const {
  if (!is_fixed()) {
    return std::nullopt;
  }
  const Environment nothing;
  auto value = evaluate({nothing, TimeZone::utc(), Timestamp()});
  return value ? std::optional(std::move(*value)) : std::nullopt;
}

Value FieldTemplate::typed(Value value) const {
  const std::string* text = value.text();
  if ((type_ == "int" || type_ == "integer" || type_ == "float" || type_ == "number") &&
      text != nullptr && is_number_text(*text)) {
    return Value(Number{*text});
  }
  if (type_ == "string" && value.number() != nullptr) {
    return Value(value.number()->digits);
  }
  return value;
}

Result<Value> FieldTemplate::evaluate(const EvaluationContext& context) const {
  if (children_.empty()) {
    if (!value_) {
      return Value();
    }
    auto value = value_->evaluate(context);
    return value ? Result<Value>(parser_.apply(typed(std::move(*value))))
                 : tl::unexpected(value.error().within(fmt::format("field `{}`", name_)));
  }
  Object object;
  for (const FieldTemplate& child : children_) {
    WEIR_TRY(Value value, child.evaluate(context));
    if (!value.is_null()) {
      object.emplace_back(child.name_, std::move(value));
    }
  }
  if (object.empty()) {
    return Value();
  }
  Value made(std::move(object));
  return parser_.apply(type_ == "array" ? Value(List{std::move(made)}) : std::move(made));
}

}  // namespace weir
